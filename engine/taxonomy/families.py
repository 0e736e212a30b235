"""Which attribute values are far apart: families of which a thing has one, and scales with two ends.

A crimson car may pass for a red one and a cheerful man for a happy one, so neither is a wrong answer beside the other.
Try it: `python -c "from engine.taxonomy.families import *; print(far('colour', 'crimson', 'red'), far('size', 'tiny', 'huge'))"`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

# Words of families; a value belongs to every family that one of its words is in, and one of two families may be near
# to both ("teal" is blue and green). Values of different families are far apart.
FAMILIES: dict[str, tuple[str, ...]] = {
    "colour": (
        "red reddish crimson scarlet maroon burgundy vermilion ruby cherry carmine claret oxblood garnet rust russet "
        "brick wine cardinal flame cerise raspberry coral copper terracotta auburn rosy rose fuchsia magenta mahogany",
        "orange apricot peach tangerine amber coral copper terracotta rust pumpkin ginger salmon flame bronze tawny",
        "yellow golden gold lemon amber ochre mustard straw honey blond maize buff cream saffron canary sand beige "
        "champagne brassy chartreuse khaki lime",
        "green emerald olive lime jade teal turquoise aquamarine viridian verdigris chartreuse mint khaki aqua cyan moss "
        "sage pea",
        "blue azure navy indigo teal turquoise aquamarine aqua cyan cerulean cobalt ultramarine sapphire periwinkle "
        "violet slate lavender",
        "purple violet lilac mauve plum lavender indigo magenta fuchsia aubergine mulberry amethyst burgundy maroon "
        "periwinkle grape heliotrope orchid wine",
        "pink rose rosy salmon peach coral magenta fuchsia flesh blush cerise lilac mauve raspberry",
        "brown chestnut tan tawny umber sienna russet bronze copper chocolate coffee caramel fawn taupe dun ochre khaki "
        "bistre mahogany hazel rust beige maroon sand terracotta auburn",
        "grey gray silver ash slate charcoal gunmetal lead taupe platinum pewter pale smoke steel",
        "black ebony charcoal jet raven pitch dark ink navy",
        "white ivory cream pearl snow milk chalk beige ecru blond pale light champagne off alabaster",
        "multicoloured rainbow many",
    ),
    "material": (
        "wooden wood oak pine walnut mahogany cherrywood maple birch beech teak rosewood cedar ebony elm hickory "
        "sandalwood boxwood balsa plywood driftwood redwood hardwood softwood chipboard log timber larch spruce fir "
        "bamboo",
        "metal steel iron metallic brass bronze copper aluminium tin pewter lead zinc chrome titanium nickel gold silver "
        "platinum alloy gunmetal tinplate wire electrum foil tinfoil",
        "plastic vinyl silicone acrylic polystyrene nylon fibreglass bakelite melamine pvc perspex polycarbonate "
        "celluloid plexiglass foam rubber latex resin lego cellophane",
        "glass crystal quartz perspex plexiglass fibreglass pyrex ice",
        "stone marble granite limestone sandstone slate basalt alabaster concrete flint brick adobe quartzite jade "
        "onyx obsidian agate travertine cobblestone terrazzo pumice plaster clay terracotta",
        "ceramic porcelain clay earthenware terracotta stoneware china majolica faience celadon raku brick plaster",
        "paper cardboard parchment vellum newspaper origami papyrus mâché papery",
        "leather suede snakeskin sheepskin calfskin buckskin cowhide pigskin goatskin rawhide skin",
        "wicker rattan cane raffia straw willow seagrass reed sisal rush bamboo",
        "snow ice", "chocolate gingerbread marzipan candy sugar",
    ),
    "fabric": (
        "woollen wool tweed cashmere mohair alpaca angora worsted serge felt fleece", "silk satin chiffon organza taffeta",
        "denim", "lace tulle", "fur", "leather suede", "corduroy", "canvas hessian burlap jute", "cotton calico",
    ),
    "shape": (
        "round circular oval spherical elliptical egg disc ball globe ring domed dome rounded cylindrical barrel drum pear "
        "apple semicircular bell mushroom curved tubular tube bowl lens almond pebble",
        "square rectangular cubic boxy box cube block brick coffin trapezoidal",
        "triangular pyramidal conical wedge cone arrow", "star",
        "heart", "crescent", "hexagonal octagonal pentagonal", "cross", "horseshoe", "bow",
    ),
    "pattern": (
        "striped pinstriped zebra tiger", "spotted polka dotted leopard", "checked plaid tartan chequered gingham argyle "
        "houndstooth", "floral flowery", "plain", "paisley", "zigzag herringbone", "camouflage", "star",
    ),
    "covering": (
        "snow ice frost snowed icicle", "moss lichen ivy algae seaweed", "dust ash soot flour cobweb", "sand", "leaf petal",
        "mud", "barnacle", "sugar chocolate syrup",
    ),
}  # fmt: skip

# Scales: what stands on the left of a bar is far from what stands on its right. Commas part values.
SCALES: dict[str, tuple[str, ...]] = {
    "opinion": (
        "beautiful, pretty, lovely, elegant, charming, magnificent, gorgeous, splendid, attractive, delightful, exquisite, "
        "stunning, graceful, pleasant, wonderful, marvellous, superb, breathtaking, enchanting, adorable, cute, handsome, "
        "picturesque, captivating, alluring, photogenic | ugly, hideous, unsightly, unattractive, dreary, drab",
        "strange, unusual, odd, curious, peculiar, weird, bizarre, eccentric, extraordinary, remarkable, striking, "
        "eye-catching, impressive, spectacular, awe-inspiring, mysterious, fascinating | "
        "ordinary, plain-looking, unremarkable, nondescript",
        "scary, fierce-looking, eerie | harmless-looking, gentle-looking, friendly-looking, cute, adorable",
        "cosy, comfortable, inviting, snug | uncomfortable, dreary",
        "luxurious, fancy, flashy, gaudy, garish | simple, modest, plain-looking",
        "old-fashioned | modern-looking, fashionable, futuristic-looking",
    ),
    "size": (
        "small, tiny, little, miniature, minuscule, compact, mini, undersized, pint-sized, teeny, wee, palm-sized, "
        "pocket-sized, bite-sized, hand-sized, fist-sized, thumb-sized, diminutive, microscopic, itty-bitty, handheld | "
        "large, big, huge, enormous, giant, gigantic, massive, oversized, immense, colossal, mammoth, sizeable, vast, "
        "monumental, tremendous, hefty, bulky, titanic, gargantuan, humongous, ginormous, king-sized",
        "medium-sized, average-sized, middle-sized, medium | tiny, minuscule, microscopic, huge, enormous, gigantic",
        "small | medium | large",
    ),
    "extent": (
        "tall, very tall, towering, high, lofty, sky-high | short, low, squat, stubby",
        "medium-height | very tall, towering",
        "long, very long, elongated, full-length | short, cropped, stubby", "wide, broad | narrow, slender, thin, slim",
        "thick | thin, slender, slim, paper-thin, wafer-thin", "deep | shallow",
        "long-sleeved | short-sleeved, sleeveless", "ankle-length, floor-length, full-length | cropped, thigh-length",
        "high-heeled | low-heeled, flat-soled", "thick-soled, platform-soled | flat-soled",
        "single-storey, low-rise | three-storey, four-storey, five-storey, multi-storey, many-storeyed, high-rise",
        "two-storey | five-storey, high-rise, single-storey",
    ),
    "heft": (
        "heavy, very heavy, weighty, heavyweight, ponderous, heavily built, immovable, dense, unwieldy, top-heavy | "
        "lightweight, feather-light, ultralight, lightly built, easily carried",
    ),
    "making": (
        "handmade, hand-crafted, hand-knitted, hand-sewn, hand-woven, hand-stitched, hand-dyed, hand-printed, hand-thrown, "
        "hand-blown, hand-carved, hand-built, hand-forged, mouth-blown, tailor-made, home-sewn | machine-made, "
        "mass-produced, factory-made, machine-knitted, 3D-printed, die-cast, machined",
        "knitted, crocheted, woven, plaited, needle-felted | welded, riveted, cast, soldered, forged, die-cast, machined",
    ),
    "age": (
        "old, very old, elderly, aged, ancient, age-old, centuries-old, decades-old, prehistoric, timeworn, antique, "
        "vintage, historic, hundred-year-old, antiquated, obsolete, outdated, ruined, derelict, abandoned, disused | "
        "young, very young, youthful, newborn, teenage, adolescent, juvenile, new, brand-new, newly made, nearly new, "
        "like-new, newly built, modern, contemporary",
        "middle-aged, adult, grown-up, fully grown, full-grown, mature | newborn, very young, juvenile, half-grown",
        "half-grown, immature, twenty-something | elderly, very old, aged", "used, second-hand, well-used | brand-new, unused",
        "inhabited | uninhabited, abandoned, long-abandoned", "half-built, unfinished | centuries-old, ancient",
    ),
    "condition": (
        "broken, damaged, worn, cracked, battered, weathered, shabby, neglected, scratched, faded, worn-out, chipped, "
        "dented, stained, tattered, half-broken, dilapidated, decaying, well-worn, bent, warped, crumbling, splintered, "
        "flaking, peeling, rusty, rusted, corroded, tarnished, torn, ripped, frayed, threadbare, shattered, collapsed, "
        "scuffed, charred, burnt, scorched | "
        "intact, flawless, pristine, immaculate-looking, undamaged, unbroken, well-kept",
        "patched, repaired, restored, mended, patched-up | pristine, flawless, broken, shattered",
        "wrinkled, crumpled, creased, rumpled | ironed, well-pressed, pressed, starched",
        "folded, neatly folded | unfolded, crumpled",
    ),
    "cleanliness": (
        "dirty, dusty, muddy, filthy, grimy, sooty, greasy, soiled, very dirty, unwashed, smudged, grubby, stained-looking, "
        "grease-stained, mud-spattered, oil-stained, sticky, soot-stained, paint-splattered, ink-stained | "
        "clean, spotless, very clean, sparkling clean, immaculate, freshly washed, freshly cleaned, well-scrubbed, dust-free",
    ),
    "wetness": (
        "wet, damp, soaked, dripping, dripping wet, rain-soaked, sodden, drenched, soaking wet, moist, sweat-soaked, soggy, "
        "dewy, sopping, clammy, dank, saturated, freshly watered, sweaty | dry, bone-dry, parched, dried-out, desiccated, "
        "towel-dried, drip-dried",
    ),
    "temperature": (
        "hot, steaming, piping hot, sizzling, freshly heated, boiling hot, red-hot, white-hot, glowing hot, scalding, "
        "scorching hot, boiling, simmering, bubbling, warm, pleasantly warm | cold, frozen, chilled, ice-cold, cool, "
        "refrigerated, well-chilled, icy, freezing cold, half-frozen",
        "lukewarm, tepid, hand-warm, slightly warm, room-temperature | frozen, ice-cold, boiling, red-hot, piping hot",
        "melting, half-melted, thawed | frozen, red-hot",
    ),
    "fill": (
        "empty, half-empty, nearly empty, unfilled, newly emptied, licked-clean, unoccupied, vacant | full, overflowing, "
        "brimming, almost full, well-filled, overstuffed, bulging, crammed, packed, overfilled, tightly packed, "
        "well-stocked, occupied, overcrowded, heaped, piled-up",
        "half-full, half-packed, half-occupied | empty, overflowing, full, crammed",
    ),
    "openness": (
        "open, unlocked, wide-open, slightly open, half-open, uncovered, lidless, unsealed, uncorked, unzipped, unlatched | "
        "closed, locked, shut, padlocked, tightly closed, firmly shut, bolted, barred, latched, corked, stoppered, "
        "zipped-up, tied-up, covered",
    ),
    "light": (
        "lit, switched-on, glowing, flickering, illuminated, bright, brightly glowing, faintly glowing, blinking, softly "
        "glowing, blazing, radiant, flashing, neon-lit, powered-on, luminous, floodlit, lit-up | unlit, switched-off, "
        "powered-off, unplugged, burnt-down", "dim | blazing, bright, brightly glowing", "plugged-in | unplugged",
    ),
    "ripeness": (
        "ripe, overripe, sun-ripened, tree-ripened, vine-ripened | unripe, underripe",
        "rotten, half-rotten, mouldy, withered, shrivelled, mushy, wormy | fresh, juicy, freshly picked, freshly harvested",
        "half-ripe, ripening, bruised | rotten, mouldy", "peeled | unpeeled",
    ),
    "cooking": (
        "raw | cooked, boiled, fried, grilled, roasted, steamed, smoked, overcooked, barbecued, stewed, braised, pan-fried, "
        "deep-fried, stir-fried, seared, poached, spit-roasted, charcoal-grilled, oven-roasted, flame-grilled, oven-baked",
        "undercooked, half-cooked | overcooked",
    ),
    "drinkability": ("foamy, frothy, fizzy, sparkling, bubbly | flat-looking", "watery, diluted | thickened, syrupy"),
    "living state": (
        "blooming, flowering, lush, healthy, thriving, budding, blossoming, sprouting, well-tended, evergreen | "
        "wilted, leafless, withering, bare-branched, dying, dead, wilting, half-dead, uprooted, drooping, sun-scorched",
        "potted | wild, uprooted", "bushy | scraggly, leafless, bare-branched",
    ),
    "health": (
        "strong, energetic, fit-looking, athletic-looking, healthy-looking, lively | weak, frail, weary, exhausted, sick, "
        "emaciated, feverish",
        "tired, sleepy, exhausted, drowsy, weary, sleepy-eyed, bleary-eyed, yawning | "
        "wide-awake, alert, lively, energetic, well-rested",
        "hungry-looking, starving, emaciated | well-fed", "tame, domesticated, well-trained, half-tame | untamed, feral",
        "shorn | unshorn",
    ),
    "build": (
        "muscular, plump, chubby, stocky, sturdy-looking, well-built, thickset, burly, heavyset, brawny, barrel-chested, "
        "round-bellied, portly, tubby, pot-bellied, pudgy | skinny, lean, petite, lanky-looking, delicate-looking, "
        "scrawny, gaunt, bony, thin-legged, lithe, wiry", "long-legged | short-legged",
        "broad-shouldered, strapping | narrow-shouldered, scrawny", "athletic | portly, tubby, gaunt",
    ),
    "hair": (
        "dark-haired, black-haired, brown-haired, raven-haired, chestnut-haired, auburn-haired | fair-haired, white-haired, "
        "blond-haired, golden-haired, platinum-haired, silver-haired",
        "grey-haired, red-haired, ginger-haired | black-haired, blond-haired", "bearded, unshaven, moustached | clean-shaven",
        "curly-haired, frizzy-haired, wavy-haired | straight-haired, bald, shaven-headed",
        "bald, balding, shaven-headed | ponytailed, pigtailed, dreadlocked, curly-haired",
        "straight-haired | frizzy-haired, dreadlocked", "spiky-haired, tousle-haired | bald", "sandy-haired | black-haired",
    ),
    "fur": (
        "furry, shaggy, fluffy, long-haired, woolly, thick-furred, hairy, bristly, fuzzy, curly-coated, wire-haired, "
        "dense-furred, matted | hairless, smooth-coated, sleek-coated",
        "long-haired, shaggy | short-haired", "silky-haired, soft-furred, glossy-coated | matted, bristly, rough-coated",
        "long-maned, thick-maned | hairless",
    ),
    "dress": (
        "barefoot | booted", "masked, hooded, helmeted, turbaned, crowned, bonneted, top-hatted, behatted | bareheaded",
        "well-dressed, elegantly dressed, smartly dressed | shabbily dressed", "warmly dressed | lightly dressed",
        "casually dressed | formally dressed, uniformed, armoured", "colourfully dressed, cloaked | armoured",
    ),
    "mood": (
        "happy, cheerful, smiling, laughing, joyful, delighted, overjoyed, ecstatic, jolly, merry, amused, content | "
        "sad, angry, gloomy-looking, melancholy, frowning, miserable, unhappy, furious, sullen, moody, disappointed, "
        "annoyed, desperate, upset, sulky, grumpy",
        "calm, relaxed, serene, content, peaceful-looking, patient | excited, nervous, anxious, angry, furious, "
        "frightened, terrified, tense, startled, scared, worried, impatient",
        "friendly, gentle, affectionate, loving, docile | aggressive, hostile, fierce, furious",
        "shy, timid, bashful, cautious | fearless, brave", "attentive, focused, watchful, enthusiastic | bored, indifferent",
        "surprised, amazed, astonished | bored, indifferent", "playful, mischievous, cheeky | bored, miserable",
        "proud | embarrassed, bashful",
    ),
    "texture": (
        "smooth, velvety, silky, satiny, plush, waxy | rough, coarse, bumpy-looking, uneven, gritty, rugged, rough-hewn, "
        "scratchy, spiky, prickly, rough-cut",
        "soft, fluffed-up, fleecy, woolly-looking, fuzzy-looking, cottony, spongy, downy-soft, puffy | stiff, hard, spiky",
    ),
    "finish": (
        "shiny, polished, glossy, gleaming, glittering, reflective, mirrored, mirror-bright, highly polished, lustrous, "
        "burnished, shimmering, glinting | matt, dull, unpolished", "painted, hand-painted | unpainted",
    ),
    "ornament": (
        "decorated, ornate, richly decorated, festive, carved, engraved, inlaid, embossed, gilt, intricately carved, "
        "elaborately carved, jewelled, jewel-encrusted, gem-studded, filigreed, etched | undecorated",
        "simply decorated | richly decorated, jewel-encrusted, gem-studded",
    ),
    "clarity": (
        "transparent, see-through, translucent, clear, crystal-clear, semi-transparent, half-transparent, colourless | opaque",
        "cloudy-looking, frosted-over, fogged-up, steamed-up | crystal-clear, transparent",
    ),
    "terrain": (
        "barren, rocky, sandy, stony, treeless, desolate | forested, wooded, fertile", "grassy | barren, snow-capped",
        "steep | gently sloping, flat",
    ),
    "waters": (
        "calm-looking, still, placid, glassy, mirror-like, stagnant, gently flowing | rough-looking, choppy, turbulent, "
        "foaming, raging, rushing, wave-tossed, fast-flowing",
        "crystal-clear-looking, sparkling-clear | murky, muddied, sediment-laden", "frozen-over | raging, rushing",
    ),
    "sky state": (
        "cloudless, sunny, starry, star-filled | cloudy, overcast, stormy, hazy, foggy, rainy, threatening, leaden",
        "dramatic, ominous | cloudless, featureless",
    ),
    "furnishing": (
        "furnished, well-appointed, lavishly furnished, crowded | unfurnished, deserted", "spacious, airy | cramped, stuffy",
        "brightly lit, sunlit, sun-drenched | dimly lit, gloomy, windowless, candlelit",
        "high-ceilinged | low-ceilinged", "carpeted | marble-floored, stone-floored, tiled",
    ),
}  # fmt: skip

# Scene attributes: tags that no one scene has both of, kinds whose values are proper names, and scales of moods.
OPPOSED = frozenset(
    frozenset(pair.split("/"))
    for pair in (
        "indoor/outdoor urban/wild urban/coast wild/coast sunless/blue-sky rain/blue-sky heat/cold heat/snow "
        "winter/spring winter/summer winter/autumn spring/summer spring/autumn summer/autumn "
        "night-time/day-time noon/dusk noon/dawn dusk/dawn sunlight/night-light daylight/night-light noon-sun/low-sun "
        "handmade/photograph handmade/digital-art photograph/digital-art painting/printmaking painting/craft drawing/craft "
        "small-subject/wide-subject figure-subject/wide-subject small-subject/figure-subject colourful/monochrome "
        "close-shot/wide-shot macro/wide-shot shallow-focus/deep-focus slow/time-lapse day/night"
    ).split()
)  # fmt: skip
NAMED = frozenset(("artist", "camera model", "film stock", "lens", "cine camera", "cine film", "movement"))
SCENE_SCALES = {
    "mood": (
        "cheerful, joyful, playful, light-hearted, festive, carefree, comical, whimsical, triumphant, romantic, hopeful | "
        "melancholy, gloomy, ominous, menacing, terrifying, nightmarish, horrific, macabre, lonely, solemn, uneasy",
        "peaceful, serene, tranquil, quiet, sleepy, meditative, contemplative, dreamy | "
        "dramatic, energetic, tense, terrifying, nightmarish, heroic, epic, triumphant, festive, menacing",
    ),
    "palette": (
        "warm, autumnal | cool, wintry", "vivid, saturated, neon, bright, rich, psychedelic, high-contrast | "
        "muted, faded, washed-out, desaturated, pastel, soft, delicate, dusty",
    ),
}  # fmt: skip

_WORD = re.compile(r"[^\W_]+")
_DIGIT = re.compile(r"\d")
_ALONE = {
    "shape": re.compile(r"(\w+)-shaped"),
    "pattern": re.compile(r"(\w+)-(?:patterned|print)"),
    "covering": re.compile(r"(\w+)-(?:covered|dusted|strewn)"),
}
_FAMILY_WORDS = {
    kind: {word: {i for i, family in enumerate(families) if word in family.split()} for words in families for word in words.split()}
    for kind, families in FAMILIES.items()
}  # fmt: skip


Sides = dict[str, dict[str, set[tuple[int, int]]]]


def _sides(table: Mapping[str, tuple[str, ...]]) -> Sides:
    """Kind -> value -> its (scale, side) pairs."""
    found: Sides = {}
    for kind, scales in table.items():
        places: dict[str, set[tuple[int, int]]] = {}
        for i, scale in enumerate(scales):
            for side, values in enumerate(scale.split("|")):
                for value in values.split(","):
                    places.setdefault(value.strip(), set()).add((i, side))
        found[kind] = places
    return found


_SIDES, _SCENE_SIDES = _sides(SCALES), _sides(SCENE_SCALES)


@lru_cache(maxsize=1 << 16)
def words(text: str) -> frozenset[str]:
    """The words of a phrase, without case: "off-white" -> off, white."""
    return frozenset(_WORD.findall(text.lower()))


def known(kind: str) -> bool:
    """Whether there are families or scales for this attribute kind."""
    return kind in FAMILIES or kind in SCALES


def placed(kind: str, value: str) -> bool:
    """Whether the value has a family or a place on a scale."""
    return bool(_families(kind, value)) if kind in FAMILIES else value in _SIDES.get(kind, {})


def far(kind: str, a: str, b: str) -> bool:
    """Whether nothing can be both: of two families, or at the two ends of a scale. False where one is not known."""
    if kind in FAMILIES:
        one, other = _families(kind, a), _families(kind, b)
        return bool(one and other) and one.isdisjoint(other) and words(a).isdisjoint(words(b))
    return _across(_SIDES.get(kind, {}), a, b)


def scenes_far(kind: str, a: str, b: str) -> bool:
    """Whether no scene is both, by name or by mood: two artists, two apertures, a cheerful and a gloomy scene."""
    if a != b and _DIGIT.search(a) and _DIGIT.search(b):
        return True
    if kind in NAMED:
        return words(a).isdisjoint(words(b))
    return _across(_SCENE_SIDES.get(kind, {}), a, b)


def tags_far(tags: Iterable[str], others: Iterable[str]) -> bool:
    """Whether no scene has both of these groups of tags."""
    others = frozenset(others)
    return any(frozenset((tag, other)) in OPPOSED for tag in tags for other in others)


def _across(places: Mapping[str, set[tuple[int, int]]], a: str, b: str) -> bool:
    return any(i == j and m != n for i, m in places.get(a, ()) for j, n in places.get(b, ()))


@lru_cache(maxsize=1 << 16)
def _families(kind: str, value: str) -> frozenset[int | str]:
    """Places of its families; what is shaped or covered in a way of its own is a family by itself."""
    table = _FAMILY_WORDS[kind]
    found: frozenset[int | str] = frozenset(i for word in words(value) for i in table.get(word, ()))
    alone = _ALONE[kind].fullmatch(value) if kind in _ALONE else None
    return found if found or not alone else frozenset((alone[1],))
