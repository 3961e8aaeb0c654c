def predictive(latest, state):
    raise AssertionError
