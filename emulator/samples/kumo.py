"""What Kumo Tea sells. The most popular come first."""

from emulator.samples.catalogue import Coupon, list_products

KUMO_PRODUCTS = list_products(
    ("KT-SEN-100", "Sencha Yabukita 100 g", "leaf", 110, 1280),
    ("KT-MAT-030", "Uji Matcha, Ceremonial 30 g", "tin", 130, 2480),
    ("KT-HOJ-100", "Hōjicha, Deep Roast 100 g", "leaf", 28, 880),
    ("KT-GEN-100", "Genmaicha 100 g", "leaf", 70, 780),
    ("KT-BAG-020", "Mugicha Tea Bags, 20 pieces", "box", 40, 540),
    ("KT-GYO-050", "Gyokuro Yame 50 g", "leaf", 145, 3200),
    ("KT-KAB-080", "Kabusecha, Ise 80 g", "leaf", 160, 1980),
    ("KT-SEN-BAG", "Sencha Tea Bags, 15 pieces", "box", 100, 720),
    ("KT-SAK-050", "Sakura Sencha 50 g", "leaf", 340, 1350),
    ("KT-WHI-001", "Bamboo Whisk (Chasen)", "tin", 56, 1650),
    ("KT-CUP-002", "Yunomi Cup, Indigo", "cup", 225, 1980),
    ("KT-TIN-200", "Tea Caddy, Cherry Bark", "tin", 8, 4800),
    ("KT-MAT-COK", "Culinary Matcha 100 g", None, 0, 1580),
    ("KT-KYU-300", "Kyūsu Teapot, Tokoname 300 ml", "pot", 16, 6800),
    ("KT-CHA-001", "Matcha Bowl, Raku Black", "bowl", 250, 9800),
    ("KT-GFT-003", "Gift Box “Three Harvests”", "box", 350, 5400),
    ("KT-TET-120", "Tetsubin Iron Kettle 1.2 l", "pot", 210, 18500),
)

KUMO_COUPONS = (
    Coupon("HAJIMETE10", 10),
    Coupon("SHINCHA15", 15),
    Coupon("OKURI0", 0, ships_free=True),
)
