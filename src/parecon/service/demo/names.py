"""What people and things of the demonstration are called; none of them exists."""

FIRST = ("Ada", "Bruno", "Chidi", "Dalia", "Emil", "Fatou", "Goran", "Hana", "Ivo", "Jun", "Kofi", "Lena", "Mateo",
         "Nadia", "Otto", "Priya", "Quentin", "Rosa", "Samir", "Tova", "Uli", "Vera", "Wanda", "Ximena", "Yusuf",
         "Zora")
LAST = ("Abel", "Baran", "Castro", "Diallo", "Eriksen", "Farkas", "Greco", "Haddad", "Ito", "Jansen", "Kowalski",
        "Lopes", "Mbeki", "Novak", "Okafor", "Petrov", "Quiroga", "Rahman", "Sato", "Tamm", "Ulrich", "Vance", "Weiss",
        "Yilmaz")
THINGS = {
    "bicycles": ("city bicycle, 28 inch, seven gears", "child's bicycle, 20 inch", "touring bicycle with racks",
                 "folding bicycle", "mountain bicycle, frame 18 inch"),
    "furniture": ("oak table for six", "bookcase, 200 cm high", "sofa for three, grey", "bed, 140 by 200 cm",
                  "chest of four drawers", "desk with a drawer"),
    "major-appliances": ("washing machine, 7 kg", "fridge with freezer, 180 cm", "gas stove, four flames",
                         "dishwasher, 60 cm"),
    "small-appliances": ("food processor with two bowls", "vacuum cleaner", "espresso machine"),
    "tools": ("cordless drill with two batteries", "lawn mower, electric", "circular saw", "hedge trimmer"),
    "televisions": ("television, 43 inch", "television, 32 inch", "projector with screen"),
    "stereos": ("amplifier and two loudspeakers", "record player", "radio with digital tuner"),
    "computers": ("notebook, 14 inch, 16 GB", "tablet, 10 inch", "laser printer", "desktop computer, silent"),
    "telephones": ("telephone, 64 GB", "telephone, 128 GB, new battery"),
    "cameras": ("camera with two lenses", "camera for travelling, 20x"),
    "sports": ("tent for four", "rowing machine", "skis with boots, size 42"),
    "instruments": ("guitar with case", "electric piano, 88 keys", "clarinet in B", "violin, three quarters"),
}
RIVERSIDE = ("riverside", "Riverside", 0.0, 0.0, "Mill Lane 4", "Tuesday to Saturday, 10 to 18")
HILLSIDE = ("hillside", "Hillside", 9.0, 12.0, "Quarry Street 21", "Wednesday to Sunday, 11 to 19")
