def structural(latest, state):
    raise AssertionError
