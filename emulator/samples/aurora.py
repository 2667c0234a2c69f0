"""What Aurora Home sells. The most popular come first."""

from emulator.samples.catalogue import Coupon, list_products

AURORA_PRODUCTS = list_products(
    ("AH-MUG-04", "Stoneware Mugs, Set of 4", "cup", 18, "119.90"),
    ("AH-CUS-45", "Linen Cushion Cover 45 cm", "cushion", 38, "69.90"),
    ("AH-CND-01", "Soy Candle, Fig & Cedar", "tin", 150, "54.90"),
    ("AH-VAS-22", "Terracotta Vase 22 cm", "vase", 14, "139.00"),
    ("AH-LMP-10", "Aurora Table Lamp, Brass", "lamp", 44, "329.00"),
    ("AH-BWL-06", "Serving Bowl, Speckled Glaze", "bowl", 205, "89.90"),
    ("AH-PLN-03", "Monstera in Ceramic Pot", "leaf", 120, "159.90"),
    ("AH-THR-02", "Cotton Throw Blanket, Sand", "cushion", 30, "219.90"),
    ("AH-FRM-30", "Oak Picture Frame 30x40 cm", "frame", 28, "99.90"),
    ("AH-TEA-01", "Cast Iron Teapot 0.8 l", "pot", 220, "249.00"),
    ("AH-PLT-12", "Dinner Plates, Set of 6", "bowl", 190, "279.90"),
    ("AH-BSK-40", "Rattan Storage Basket", "box", 34, "129.90"),
    ("AH-PRT-07", "Print “Serra do Mar”, 50x70 cm", "frame", 170, "149.00"),
    ("AH-LMP-22", "Paper Pendant Lamp 40 cm", "lamp", 52, "189.90"),
    ("AH-TWL-05", "Waffle Bath Towels, Pair", None, 0, "134.90"),
    ("AH-STL-01", "Three-Legged Stool, Ash", "chair", 26, "459.00"),
    ("AH-CAF-02", "Café Pour-Over Set", "pot", 12, "179.90"),
    ("AH-CHR-08", "Dining Chair “Ipê”, Walnut", "chair", 16, "899.00"),
    ("AH-LMP-90", "Arc Floor Lamp, Marble Base", "lamp", 260, "1249.00"),
    ("AH-RUG-16", "Wool Rug 160x230 cm", None, 0, "1890.00"),
)

AURORA_COUPONS = (
    Coupon("WELCOME10", 10),
    Coupon("FRETEGRATIS", 0, ships_free=True),
    Coupon("PRIMAVERA15", 15),
    Coupon("CASA20", 20),
)
