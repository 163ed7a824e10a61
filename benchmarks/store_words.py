"""Word lists and templates of the made store."""

# ruff: noqa: E501
from __future__ import annotations

import random

SUBSTANCES = """lemon water|baking soda|garlic oil|black seed|apple vinegar|colloidal silver|hydrogen peroxide|turmeric
milk|coconut oil|ginger tea|boiled onions|sea salt|activated charcoal|raw honey|mustard paste|aloe juice|chlorine
drops|castor oil|green papaya|bitter melon|cinnamon powder|magnesium spray|alkaline water|ivermectin paste|vitamin C
infusions|pine needle tea|celery juice|fish bones|egg whites|betel leaves|cold brew coffee|microwaved rice|canned
tuna|instant noodles|frozen chicken|bottled water|plastic cutting boards|aluminium foil|non-stick pans|sunscreen|hair
dye|nail polish|scented candles|mosquito coils|air fryers|face masks|thermometer guns|contact lenses|earphones"""
AILMENTS = """cancer|diabetes|kidney stones|blood clots|dengue fever|migraines|dementia|infertility|hair loss|a heart
attack|liver failure|asthma|shingles|measles|flu|covid|arthritis|gout|blindness|high blood pressure|stomach ulcers|food
poisoning|autism|allergies|insomnia|thyroid nodules|lead poisoning|long covid|tooth decay|depression"""
PEOPLE = """the health minister|a retired nurse|the mayor|a bus driver|the finance minister|a famous actor|the prime
minister|a hospital director|an opposition lawmaker|a university professor|the central bank governor|a fishing boat
captain|the police chief|a school principal|a former general|an astronaut|a TV host|the president|a court clerk|a
weather forecaster|the transport minister|a priest|a football coach|an electric company engineer|the border guard"""
GROUPS = """supermarkets|mobile carriers|pharmacies|banks|election officials|hospitals|the tax office|public schools|the
postal service|airlines|the navy|insurance companies|the water utility|farmers' associations|tech companies|charities|the
meteorological office|power stations|customs officers|the national lottery|taxi drivers|temples|street vendors|the army
reserve|delivery platforms|landlords|vaccine makers|the broadcasting regulator|fact-checkers|refugee shelters"""
THINGS = """ballot boxes|pension payments|fuel coupons|rice imports|identity cards|vaccination records|student loans|train
tickets|water meters|traffic cameras|satellite photos|bank accounts|phone numbers|tax refunds|land titles|fishing
licences|school lunches|hospital beds|power lines|dam gates|chat groups|payment codes|passports|blood supplies|gold
reserves|foreign workers|military flights|undersea cables|earthquake warnings|typhoon forecasts|oil tankers|radio
towers|drone footage|border fences|museum pieces|solar panels|wind turbines|electric scooters|farm animals|stray dogs"""
DEEDS = """secretly replaced|burned|sold abroad|counted twice|hidden in a warehouse|cut by half|handed to strangers|leaked
online|shut down overnight|doubled in price|banned without notice|delivered to the wrong town|recorded as deaths|taxed
again|poisoned|filmed and then denied|printed with the wrong date|seized at the port|given away for free|destroyed by
lightning|taken over by the army|swapped at night|moved across the border|cancelled for everyone over sixty"""
MONTHS = "January February March April May June July August September October November December".split()
FOR_WHOM = (
    "children|pensioners|students|tourists|farmers|nurses|drivers|voters|pregnant women|small shops|renters|veterans"
)

TEMPLATES = (
    "{substance} cures {ailment} in {days} days, says {person} in {place}.",
    "Drinking {substance} together with {substance2} causes {ailment}.",
    "{group} in {place} have {deed} {count} {thing} since {month} {year}.",
    "{count} {thing} in {place} were {deed} on {day} {month}.",
    "A video shows {thing} being {deed} near {place} in {year}.",
    "{person} of {place} admitted that {thing} are {deed} every {month}.",
    "From {day} {month} {year}, {group} will charge {for_whom} {count} dollars for {thing}.",
    "A new law lets {group} take {thing} from {for_whom} who refuse {substance}.",
    "Photo of {person} holding {thing} was taken in {place} in {year}.",
    "{group} told {for_whom} in {place} to stop using {substance} because it brings on {ailment}.",
    "{place} recorded {count} cases of {ailment} after {group} handed out {substance}.",
    "Scan this code and {group} will send {for_whom} {count} dollars before {day} {month}.",
    "The {name} brand of {substance} contains enough lead to give {for_whom} {ailment}.",
    "{name} will turn off all {thing} in {place} at {hour} o'clock tonight.",
    "An earthquake of magnitude {magnitude} will strike {place} on {day} {month}, {person} warns.",
    "{name} has bought {count} {thing} from {group} in {place} for one dollar.",
)
ASIDES = (
    "Please tell {for_whom} you know.",
    "It was on the evening news in {place}.",
    "{person} confirmed it in a recording.",
    "The post has been shared {count} times.",
    "A doctor from {place} says so.",
    "",
    "",
    "They will delete this by {month}.",
    "My cousin works for {group} and saw the papers.",
    "Nobody talks about the {name} report.",
)
HEADLINES = (
    "No, {thing} were not {deed} in {place}",
    "{substance} does not treat {ailment}",
    "{group} have announced nothing of the kind about {thing}",
    "The {place} video is from another year",
    "There is no {name} programme for {for_whom}",
    "What the figures from {place} on {ailment} say",
    "{person} never said this about {thing}",
)
FILLER = (
    "WAKE UP PEOPLE.",
    "Forwarded as received.",
    "My aunt sent me this, is it true?",
    "Share before they take it down!!",
    "I can't believe nobody is talking about this.",
    "Please be careful everyone and tell your family.",
    "Not one newspaper has printed it so far.",
    "I heard the same thing from a colleague yesterday morning.",
    "Send this to at least ten people in your contacts today.",
    "This is what they do not want you to know.",
    "Does anyone know more about it? #truth #news",
    "Our neighbour checked it twice and it is confirmed.",
)
PUBLISHERS = tuple(f"{a} {b}" for a in ("Harbour", "Open", "Civic", "Daily", "River", "North") for b in
                   ("Fact Desk", "Check", "Verification Unit", "Monitor"))  # fmt: skip

_CONSONANTS, _VOWELS = "b br c d dr f g gr h k l m n p r s st t tr v z".split(), "a e i o u ai ea io".split()
_ENDS = ("", "", "n", "r", "s", "l", "th", "ville", "ford", "berg", "mar", "stad")
_NAMES = 30_000  # so many made-up names exist; a few turn up everywhere, most once or twice


def filling(randomness: random.Random) -> dict[str, object]:
    """Return words for the blanks of an English template."""
    substance, substance2 = randomness.sample(_SUBSTANCES, 2)
    return _numbers(randomness) | {
        "substance": substance, "substance2": substance2, "ailment": randomness.choice(_AILMENTS),
        "person": randomness.choice(_PEOPLE), "group": randomness.choice(_GROUPS), "thing": randomness.choice(_THINGS),
        "deed": randomness.choice(_DEEDS), "for_whom": randomness.choice(_FOR_WHOM), "month": randomness.choice(MONTHS),
        "place": _name(randomness), "name": _name(randomness),
    }  # fmt: skip


def chinese_filling(randomness: random.Random) -> dict[str, object]:
    """Return words for the blanks of a Chinese template."""
    substance, substance2 = randomness.sample(_ZH_SUBSTANCES, 2)
    first, second = randomness.choice(_ZH_NAME), randomness.choice(_ZH_NAME)
    return _numbers(randomness) | {
        "substance": substance, "substance2": substance2, "ailment": randomness.choice(_ZH_AILMENTS),
        "group": randomness.choice(_ZH_GROUPS), "thing": randomness.choice(_ZH_THINGS),
        "deed": randomness.choice(_ZH_DEEDS), "place": first + second + randomness.choice("鄉鎮市區"),
        "name": second + first, "month": randomness.randint(1, 12),
    }  # fmt: skip


def _numbers(randomness: random.Random) -> dict[str, object]:
    return {
        "days": randomness.randint(2, 60), "count": randomness.randint(3, 90) * randomness.choice((1, 10, 100, 1000)),
        "year": randomness.randint(2008, 2026), "day": randomness.randint(1, 28), "hour": randomness.randint(1, 12),
        "magnitude": randomness.randint(50, 95) / 10,
    }  # fmt: skip


def _name(randomness: random.Random) -> str:
    # Zipf: rank is exponential of a uniform number, so each order of magnitude of ranks is drawn alike.
    own = random.Random(int(_NAMES ** randomness.random()))
    parts = [own.choice(_CONSONANTS) + own.choice(_VOWELS) for _ in range(own.randint(2, 3))]
    return ("".join(parts) + own.choice(_ENDS)).capitalize()


def _listed(text: str) -> tuple[str, ...]:
    return tuple(" ".join(entry.split()) for entry in text.split("|"))


_SUBSTANCES, _AILMENTS, _PEOPLE = _listed(SUBSTANCES), _listed(AILMENTS), _listed(PEOPLE)
_GROUPS, _THINGS, _DEEDS, _FOR_WHOM = _listed(GROUPS), _listed(THINGS), _listed(DEEDS), _listed(FOR_WHOM)

_ZH_SUBSTANCES = _listed("檸檬水|小蘇打|大蒜|黑木耳|蘋果醋|雙氧水|薑黃|椰子油|薑茶|洋蔥|海鹽|活性碳|蜂蜜|蘆薈|苦瓜|肉桂|鹼性水|芹菜汁|泡麵|冷凍雞肉|"
                         "罐頭鮪魚|隔夜菜|微波食品|不沾鍋|防曬乳|染髮劑|蚊香|口罩|保溫瓶|紅豆水")  # fmt: skip
_ZH_AILMENTS = _listed(
    "癌症|糖尿病|腎結石|血栓|登革熱|偏頭痛|失智症|不孕|掉髮|心肌梗塞|肝衰竭|氣喘|帶狀疱疹|流感|新冠肺炎|關節炎|痛風|失明|高血壓|胃潰瘍|食物中毒|過敏|失眠"
)
_ZH_GROUPS = _listed(
    "超市|電信公司|藥局|銀行|選務人員|醫院|國稅局|學校|郵局|航空公司|海軍|保險公司|自來水公司|農會|慈善團體|氣象署|電廠|海關|計程車司機|廟方|外送平台|房東|疫苗廠商"
)
_ZH_THINGS = _listed(
    "票匭|老人年金|油票|進口白米|身分證|疫苗紀錄|學貸|車票|水錶|測速照相|衛星照片|帳戶|手機門號|退稅|土地權狀|營養午餐|病床|電纜|水庫閘門|群組|付款條碼|護照|血袋|黃金儲備|外籍移工|軍機|海底電纜"
)
_ZH_DEEDS = _listed(
    "偷偷換掉|燒毀|賣到國外|重複計算|藏在倉庫|砍半|交給陌生人|外洩|一夜關閉|漲價一倍|無預警禁止|送錯地方|再課一次稅|下毒|半夜調包|運出境|全部取消"
)
_ZH_NAME = "山海林溪港田中東西南北新安和平永福龍鳳竹松梅蘭石金玉明光興大豐榮德仁義信美華文武清泉月星雲風雨雪春夏秋冬"
CHINESE_TEMPLATES = (
    "{substance}可以在{days}天內治好{ailment}，{place}的醫生親口說的。",
    "{substance}和{substance2}一起吃會導致{ailment}。",
    "{year}年{month}月起，{place}的{group}已經把{count}個{thing}{deed}。",
    "{month}月{day}日，{place}有{count}個{thing}被{deed}。",
    "影片顯示{place}附近的{thing}在{year}年被{deed}。",
    "{month}月{day}日開始，{group}要向民眾收{count}元的{thing}費用。",
    "掃描這個條碼，{group}會在{month}月{day}日前發給每人{count}元。",
    "{name}牌的{substance}含鉛，吃了會得{ailment}。",
    "{month}月{day}日{place}將發生規模{magnitude}的地震。",
    "{name}公司用一元向{group}買下{count}個{thing}。",
)
CHINESE_ASIDES = (
    "請轉告家人。",
    "",
    "晚間新聞有報導。",
    "親戚在{group}上班，親眼看到公文。",
    "",
    "這則貼文已被轉發{count}次。",
)
CHINESE_HEADLINES = (
    "{place}的{thing}沒有被{deed}",
    "{substance}不能治療{ailment}",
    "{group}沒有宣布這件事",
    "{place}的影片是別的年份拍的",
)
CHINESE_FILLER = (
    "請轉發給更多人知道！",
    "剛剛群組傳的，是真的嗎？",
    "媒體都不敢報。",
    "大家千萬要小心，告訴家裡的長輩。",
    "我同事昨天也這樣講。",
    "快存起來，等等就被刪了。",
)
