"""Words conflicts are recognised by: places, opposites, negators, figures. Lower-case English and simplified Chinese.

Deliberately small: frequent in rumors, unambiguous out of context. Everything else is left to the aligned
substitutions of `conflicts_names`.
"""

from __future__ import annotations

import functools

_PLACES = {
    "us": "usa|united states|america|american|americans|美国|美方|美军|washington dc",
    "cn": "china|chinese|中国|大陆|中共|prc|beijing>cn|北京>cn|shanghai>cn|上海>cn|wuhan>cn|武汉>cn|shenzhen>cn|深圳>cn|fujian>cn|福建>cn",
    "tw": "taiwan|taiwanese|台湾|taipei>tw|台北>tw|new taipei>tw|新北>tw|taoyuan>tw|桃园>tw|taichung>tw|台中>tw|tainan>tw|台南>tw|"
    "kaohsiung>tw|高雄>tw|hsinchu>tw|新竹>tw|keelung>tw|基隆>tw|miaoli>tw|苗栗>tw|changhua>tw|彰化>tw|nantou>tw|南投>tw|yunlin>tw|"
    "云林>tw|chiayi>tw|嘉义>tw|pingtung>tw|屏东>tw|yilan>tw|宜兰>tw|hualien>tw|花莲>tw|taitung>tw|台东>tw|penghu>tw|澎湖>tw|"
    "kinmen>tw|金门>tw|matsu>tw|马祖>tw",
    "jp": "japan|japanese|日本|tokyo>jp|东京>jp|osaka>jp|大阪>jp|fukushima>jp|福岛>jp|hokkaido>jp|北海道>jp|okinawa>jp|冲绳>jp|kyoto>jp|京都>jp",
    "kr": "korea|south korea|korean|韩国|seoul>kr|首尔>kr|busan>kr|釜山>kr",
    "kp": "north korea|北韩|朝鲜",
    "hk": "hong kong|hongkong|香港",
    "mo": "macau|macao|澳门",
    "sg": "singapore|singaporean|新加坡",
    "my": "malaysia|malaysian|马来西亚|kuala lumpur>my|吉隆坡>my",
    "th": "thailand|thai|泰国|bangkok>th|曼谷>th",
    "vn": "vietnam|vietnamese|越南|hanoi>vn|河内>vn",
    "ph": "philippines|filipino|philippine|菲律宾|manila>ph|马尼拉>ph",
    "id": "indonesia|indonesian|印尼|jakarta>id|雅加达>id|bali>id|峇里岛>id",
    "in": "india|indian|印度|delhi>in|mumbai>in|孟买>in",
    "pk": "pakistan|pakistani|巴基斯坦",
    "bd": "bangladesh|孟加拉",
    "np": "nepal|尼泊尔",
    "mm": "myanmar|burma|缅甸",
    "kh": "cambodia|柬埔寨",
    "la": "laos|寮国",
    "uk": "uk|united kingdom|britain|british|england|英国|london>uk|伦敦>uk|scotland>uk|苏格兰>uk|wales>uk|manchester>uk",
    "ie": "ireland|irish|爱尔兰|dublin>ie",
    "fr": "france|french|法国|paris>fr|巴黎>fr|lyon>fr|marseille>fr",
    "de": "germany|german|德国|berlin>de|柏林>de|munich>de|慕尼黑>de|hamburg>de",
    "it": "italy|italian|意大利|义大利|rome>it|罗马>it|milan>it|米兰>it|venice>it",
    "es": "spain|spanish|西班牙|madrid>es|马德里>es|barcelona>es|巴塞隆纳>es",
    "pt": "portugal|portuguese|葡萄牙|lisbon>pt",
    "nl": "netherlands|dutch|holland|荷兰|amsterdam>nl|阿姆斯特丹>nl",
    "be": "belgium|belgian|比利时|brussels>be",
    "ch": "switzerland|swiss|瑞士|geneva>ch|日内瓦>ch|zurich>ch",
    "at": "austria|austrian|奥地利|vienna>at|维也纳>at",
    "se": "sweden|swedish|瑞典|stockholm>se",
    "no": "norway|norwegian|挪威|oslo>no",
    "dk": "denmark|danish|丹麦|copenhagen>dk",
    "fi": "finland|finnish|芬兰|helsinki>fi",
    "pl": "poland|波兰|warsaw>pl|华沙>pl",
    "cz": "czech|捷克|prague>cz|布拉格>cz",
    "hu": "hungary|hungarian|匈牙利",
    "gr": "greece|greek|希腊|athens>gr|雅典>gr",
    "tr": "turkey|turkish|土耳其|istanbul>tr|伊斯坦堡>tr",
    "ua": "ukraine|ukrainian|乌克兰|kyiv>ua|kiev>ua|基辅>ua|odesa>ua",
    "ru": "russia|russian|俄罗斯|俄国|moscow>ru|莫斯科>ru",
    "il": "israel|israeli|以色列|jerusalem>il|tel aviv>il",
    "ps": "palestine|palestinian|巴勒斯坦|gaza>ps|加萨>ps",
    "ir": "iran|iranian|伊朗|tehran>ir",
    "iq": "iraq|iraqi|伊拉克|baghdad>iq",
    "sy": "syria|syrian|叙利亚",
    "sa": "saudi arabia|saudi|沙乌地|沙特",
    "ae": "dubai|uae|杜拜|迪拜|阿联酋",
    "af": "afghanistan|afghan|阿富汗|kabul>af",
    "eg": "egypt|egyptian|埃及|cairo>eg",
    "za": "south africa|南非",
    "ng": "nigeria|nigerian|奈及利亚|lagos>ng",
    "ke": "kenya|kenyan|肯亚|肯尼亚|nairobi>ke",
    "et": "ethiopia|衣索比亚",
    "gh": "ghana|迦纳",
    "cg": "congo|刚果",
    "ca": "canada|canadian|加拿大|toronto>ca|多伦多>ca|vancouver>ca|温哥华>ca|montreal>ca|ottawa>ca",
    "mx": "mexico|mexican|墨西哥",
    "br": "brazil|brazilian|巴西|rio de janeiro>br|sao paulo>br",
    "ar": "argentina|阿根廷|buenos aires>ar",
    "cl": "chile|智利",
    "co": "colombia|哥伦比亚",
    "ve": "venezuela|委内瑞拉",
    "pe": "peru|秘鲁",
    "cu": "cuba|cuban|古巴",
    "ht": "haiti|haitian|海地",
    "au": "australia|australian|澳洲|澳大利亚|sydney>au|雪梨>au|悉尼>au|melbourne>au|墨尔本>au|perth>au|brisbane>au",
    "nz": "new zealand|纽西兰|新西兰|auckland>nz",
    "us-states": "california>us|加州>us|texas>us|德州>us|florida>us|佛州>us|new york>us|纽约>us|pennsylvania>us|宾州>us|georgia>us|乔治亚>us|"
    "arizona>us|亚利桑那>us|michigan>us|密西根>us|wisconsin>us|ohio>us|俄亥俄>us|illinois>us|nevada>us|内华达>us|hawaii>us|夏威夷>us|"
    "maui>us|alaska>us|virginia>us|maryland>us|massachusetts>us|minnesota>us|colorado>us|oregon>us|utah>us|louisiana>us|alabama>us|"
    "mississippi>us|tennessee>us|kentucky>us|missouri>us|iowa>us|kansas>us|oklahoma>us|north carolina>us|south carolina>us|new jersey>us|"
    "connecticut>us|los angeles>us|洛杉矶>us|san francisco>us|旧金山>us|chicago>us|芝加哥>us|houston>us|dallas>us|miami>us|boston>us|"
    "波士顿>us|seattle>us|西雅图>us|detroit>us|philadelphia>us|phoenix>us|atlanta>us|las vegas>us|denver>us|portland>us",
}
"""country -> its names; "x>country" is a place inside it. Demonyms count: they say where."""

_OPPOSITES = (
    "safe/unsafe,dangerous,harmful,deadly,toxic,poisonous",
    "increase,increases,increased,increasing,raise,raises,raised,raising,rise,rises,rising,rose,boost,boosts,boosted/decrease,decreases,decreased,decreasing,lower,lowers,lowered,lowering,"
    "reduce,reduces,reduced,fall,falls,falling,fell,cut,cuts,drop,drops,dropped",
    "legal,legalized,legalised,allow,allows,allowed,permit,permits,permitted/illegal,ban,bans,banned,forbid,forbids,forbidden,prohibit,prohibits,"
    "prohibited,outlaw,outlaws,outlawed",
    "cause,causes,caused,causing,trigger,triggers/fight,fights,prevent,prevents,prevented,preventing,cure,cures,cured,treat,treats,protects,protect",
    "dead,died,dies/alive,survived,survives",
    "win,wins,won/lose,loses,lost",
    "approve,approves,approved,accept,accepts,accepted,support,supports,supported,endorse,endorses,endorsed/reject,rejects,rejected,oppose,opposes,"
    "opposed,veto,vetoes,vetoed,deny,denies,denied",
    "guilty,convicted/innocent,acquitted",
    "hot/cold",
    "more/less,fewer",
    "before/after",
    "open,opens,opened,opening,reopen,reopens,reopened/close,closes,closed,closing,shut,shuts",
    "start,starts,started,begin,begins,began/stop,stops,stopped,end,ends,ended",
    "effective,works/ineffective,useless",
    "free/paid",
    "real,genuine,authentic/fake,staged,fabricated,doctored",
    "healthy,good/unhealthy,bad",
    "buy,bought,buys/sell,sold,sells",
    "hire,hired,hires/fire,fired,fires",
    "strengthen,strengthens,strong,stronger/weaken,weakens,weak,weaker",
    "mandatory,required,compulsory,must/optional,voluntary",
    "arrested,jailed,detained/released,freed",
    "up/down",
    "gain,gains,gained,gaining/lose,loses,lost,losing",
    "give,gives,gave,pay,pays,paid/take,takes,took,charge,charges,charged",
    "sign,signs,signed,pass,passes,passed/veto,vetoes,vetoed,reject,rejects,rejected",
    "spread,spreads,spreading/absorb,absorbs,absorbed",
    "men,man,boys,male/women,woman,girls,female",
    "arrive,arrives,arrived,enter,enters,entered/leave,leaves,left,exit,exits",
    "tax,taxed,taxes/exempt,untaxed",
    "first/last",
    "安全,无害/危险,有害,有毒,致命",
    "增加,上升,升高,提高,调涨,调高,上涨,涨价,增强/减少,下降,降低,调降,调低,下跌,降价,减弱",
    "合法,允许,开放,准许,解禁/非法,违法,禁止,禁用",
    "接收,接受,收容/拒绝",
    "致癌,导致,引起,引发,造成,诱发/防癌,抗癌,治癌,预防,治疗,治好,根治,防止,避免",
    "死亡,过世,去世,身亡,死了,病逝/活着,健在,生还,获救,平安",
    "支持,赞成,同意,通过/反对,否决,驳回",
    "当选,获胜,胜选/落选,败选",
    "开始,启动,启用,恢复/停止,暂停,取消,终止,结束,停用",
    "有效/无效,没效,没用",
    "免费/收费,付费,要钱",
    "强制,必须,一律/自愿,自由选择",
    "有罪/无罪",
    "逮捕,被捕,被抓,收押/释放,获释,交保",
    "之前/之后,以后",
    "饭前,空腹/饭后",
    "热/冷,冰",
    "男性,男生,男人/女性,女生,女人",
    "升息/降息",
    "公开/保密",
    "加税/减税",
    "进口/出口",
    "早上,上午/晚上,半夜,睡前",
)
"""Words that turn a claim round, side against side."""

NEGATORS_EN = frozenset(
    "not no never cannot cant none nobody nothing neither nor without isnt arent wasnt werent dont doesnt didnt wont wouldnt "
    "shouldnt couldnt hasnt havent hadnt aint unable refuses refused fails failed refuse".split()
)
HARMLESS_NEGATION_EN = (
    r"no (?:scientific )?(?:evidence|proof)(?: that| of)?|not only|not just|not to mention|no doubt|no wonder|no matter|no longer than|why not|if not|or not|whether or not|not sure if|nothing but|"
    r"(?:it|this|that)(?: is|'s) not (?:a )?(?:joke|hoax|rumou?r|fake)|(?:will|wo)n't (?:believe|tell you|show you)|(?:do not|don't) (?:believe|ignore|miss|forget|"
    r"let|wait|delete|know if)|(?:is|are|was|were|do|does|did|have|has|can|could|would|will)n't (?:it|this|that|they|he|she|you|we|there)\b|"
    r"(?:it|this)(?: is|'s) not true that|not true that|no way|cannot believe|can't believe|never knew|no joke|no kidding|not fake|no one is talking|nobody (?:is )?talk\w*|nobody tells|no one tells"
)
"""Negations that leave the claim as it is: figures of speech, questions, and debunking of the claim as a whole."""
NEGATORS_ZH = (
    "没有", "不会", "不是", "不能", "不可", "不得", "不用", "不需", "不必", "不准", "不要", "不该", "不应", "不再", "不肯", "不愿", "不含", "不存在", "不实施",
    "未曾", "从未", "从不", "绝不", "并非", "并未", "尚未", "并不", "并没", "毫无", "无需", "无法", "无须", "没", "未", "非", "勿", "别", "不", "无", "免",
)  # fmt: skip
HARMLESS_NEGATION_ZH = (
    r"不但|不只|不仅|不过|不同|不少|不久|不管|不论|无论|不知道?|不得了|不得不|不断|不足|不良|不明|不法|不当|不慎|不小心|不好意思|差不多|无比|无限|无数|无线|没想到|"
    r"是不是|有没有|会不会|能不能|要不要|可不可以|对不对|好不好|该不该|了没|非常|除非|非洲|是非|未来|未成年|未婚|无聊|无人机|特别|别人|分别|个别|区别|类别|级别|性别|告别|"
    r"免疫|免费|避免|难免|不是真的|并非事实|不实讯息|不实|不满|不适|不舒服|不幸|不锈钢|不孕|不要再|不怕|不敢相信|不能不|不可不|无辜|无意|无预警|无症状|不堪|不肖|"
    r"别的|不见|只要不|才不会|不用钱|不花钱|别再|千万别|千万不要|记得不要|请不要|请勿|不要错过|不转不|别忘|不要忘|不说你不知道|没人告诉|没有人告诉|不报|不敢报|没报"
)
NUMBER_WORDS = {
    "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17, "eighteen": 18,
    "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
    "dozen": 12, "half": 0.5, "twice": 2, "double": 2, "triple": 3,
}  # fmt: skip
SCALES = {
    "hundred": 100,
    "thousand": 1000,
    "k": 1000,
    "million": 1e6,
    "m": 1e6,
    "billion": 1e9,
    "bn": 1e9,
    "trillion": 1e12,
}
CJK_DIGITS = {
    "零": 0,
    "〇": 0,
    "一": 1,
    "二": 2,
    "两": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
}
CJK_SCALES = {"十": 10, "百": 100, "千": 1000, "万": 10_000, "亿": 100_000_000}
MONTHS = {
    name: number
    for number, names in enumerate(
        ("january jan", "february feb", "march", "april apr", "may", "june jun", "july jul", "august aug", "september sept sep",
         "october oct", "november nov", "december dec"), start=1)
    for name in names.split()
}  # fmt: skip
WEEKDAYS = {
    name: number
    for number, names in enumerate(
        ("monday 星期一 周一 礼拜一", "tuesday 星期二 周二 礼拜二", "wednesday 星期三 周三 礼拜三", "thursday 星期四 周四 礼拜四",
         "friday 星期五 周五 礼拜五", "saturday 星期六 周六 礼拜六", "sunday 星期日 周日 礼拜日 星期天 礼拜天")
    )
    for name in names.split()
}  # fmt: skip


@functools.cache
def places() -> dict[str, tuple[str, str]]:
    """Return name -> (place, country): the two are equal for a country, and for every name of one city the same."""
    table: dict[str, tuple[str, str]] = {}
    for country, names in _PLACES.items():
        previous: tuple[str, str] | None = None
        for entry in names.split("|"):
            name, _, inside = entry.partition(">")
            if not inside:
                table[name] = (country, country)
            elif not name.isascii() and previous is not None and previous[1] == inside:
                # A Chinese name follows the English one of the same city.
                table[name] = previous
                continue
            else:
                table[name] = (name, inside)
            previous = table[name]
    return table


@functools.cache
def opposites() -> dict[str, tuple[tuple[int, int], ...]]:
    """Return word -> the (pair, side) it stands on."""
    table: dict[str, list[tuple[int, int]]] = {}
    for number, pair in enumerate(_OPPOSITES):
        for side, words in enumerate(pair.split("/")):
            for word in words.split(","):
                table.setdefault(word, []).append((number, side))
    return {word: tuple(sides) for word, sides in table.items()}


_RIVALS = (
    "pfizer,biontech,bnt,辉瑞/moderna,莫德纳/astrazeneca,az,阿斯特捷利康/novavax,诺瓦瓦克斯/sinovac,科兴/sinopharm,国药/medigen,高端/johnson,娇生/sputnik",
    "cancer,tumor,tumour,癌症,癌,肿瘤/diabetes,diabetic,糖尿病/stroke,中风/alzheimer,dementia,失智/hypertension,高血压/flu,influenza,流感/"
    "covid,coronavirus,covid19,新冠,武汉肺炎/dengue,登革热/ebola,伊波拉/hiv,aids,爱滋/measles,麻疹/monkeypox,mpox,猴痘/autism,自闭症/arthritis,关节炎/gout,痛风/"
    "asthma,气喘/malaria,疟疾/polio,小儿麻痹/肝炎,hepatitis/肠病毒/洗肾/心脏病",
    "facebook,脸书/whatsapp/telegram/line/instagram/tiktok,抖音/wechat,微信/youtube/twitter/signal/gmail/zoom/discord/threads",
    "google,谷歌/apple,苹果公司/microsoft,微软/amazon,亚马逊/tesla,特斯拉/nvidia,辉达/tsmc,台积电/samsung,三星/huawei,华为/intel/foxconn,鸿海/netflix",
    "trump,川普/biden,拜登/harris,贺锦丽/obama,欧巴马/clinton,希拉蕊/putin,普丁/zelensky,zelenskyy,泽伦斯基/xi jinping,习近平/macron,马克宏/merkel,梅克尔/"
    "蔡英文,tsai/赖清德,lai/柯文哲/侯友宜/韩国瑜/马英九/蒋万安/卢秀燕/陈时中/郭台铭/苏贞昌/朱立伦/modi,莫迪/kishida,岸田/abe,安倍/trudeau,杜鲁道",
    "republicans,republican,gop,共和党/democrats,democrat,democratic,民主党/国民党,kmt/民进党,dpp/民众党,tpp/时代力量",
    "lemon,柠檬/garlic,大蒜,蒜头/ginger,生姜,姜/honey,蜂蜜/turmeric,姜黄/onion,洋葱/vinegar,醋/coffee,咖啡/tea,茶/milk,牛奶/soy,豆浆/banana,香蕉/apple cider/"
    "watermelon,西瓜/papaya,木瓜/pineapple,凤梨/tomato,番茄/carrot,红萝卜/broccoli,花椰菜/spinach,菠菜/egg,eggs,鸡蛋/shrimp,虾/crab,螃蟹/beef,牛肉/pork,猪肉/"
    "chicken,鸡肉/salt,盐/sugar,糖/alcohol,酒/chocolate,巧克力/tofu,豆腐/mango,芒果/guava,芭乐/kiwi,奇异果/cucumber,小黄瓜/avocado,酪梨/aloe,芦荟/salmon,鲑鱼",
    "who,世卫/cdc,疾管署,疾管局/fda,食药署/nasa/nato,北约/fbi/cia/unicef/pentagon,五角大厦/警政署/卫福部/教育部/中央气象署,气象局,气象署/健保署/财政部/劳动部/内政部/"
    "交通部/国防部/外交部/经济部/中选会/台电/台水,自来水公司/中华电信/中华邮政",
    "mcdonald's,mcdonalds,麦当劳/kfc,肯德基/starbucks,星巴克/burger king,汉堡王/walmart/costco,好市多/ikea/7-eleven,小七,统一超商/全家便利商店,全家超商/全联/家乐福,carrefour/"
    "coca-cola,coke,可口可乐/pepsi,百事/nike/adidas",
    "paracetamol,acetaminophen,panadol,普拿疼/ibuprofen,布洛芬/aspirin,阿斯匹灵/ivermectin,伊维菌素/hydroxychloroquine,奎宁/remdesivir,瑞德西韦/tamiflu,克流感/"
    "vitamin c,维他命c,维生素c/vitamin d,维他命d,维生素d/vitamin e,维他命e/zinc,锌/iodine,碘",
    "earthquake,地震/typhoon,hurricane,台风/tsunami,海啸/flood,flooding,水灾/wildfire,野火/tornado,龙卷风/volcano,火山",
    "microwave,微波炉/air fryer,气炸锅/rice cooker,电锅/mobile phone,cell phone,cellphone,smartphone,手机/router,路由器/power bank,行动电源/refrigerator,冰箱/television,电视",
    "elephant,大象/lion,狮子/tiger,老虎/shark,鲨鱼/whale,鲸鱼/snake,蛇/bear,熊/wolf,狼/dog,狗/cat,猫/crocodile,鳄鱼/monkey,猴子/cow,牛只/horse,马匹",
    "mother,mom,母亲,妈妈/father,dad,父亲,爸爸/wife,妻子,老婆,太太/husband,丈夫,老公,先生/son,儿子/daughter,女儿/brother,弟弟,哥哥/sister,姐姐,妹妹",
    "liver,肝/kidney,kidneys,肾/lung,lungs,肺/brain,大脑/stomach,胃/heart,心脏/eyes,eye,眼睛/skin,皮肤/bones,骨头,骨骼/blood,血液",
    "teacher,teachers,老师/police,警察/nurse,nurses,护理师,护士/soldiers,soldier,士兵/students,student,学生/farmers,farmer,农民/truck drivers",
    "school,schools,学校/bank,banks,银行/hospital,hospitals,医院/church,churches,教堂/airport,airports,机场/supermarket,supermarkets,超市/post office,邮局",
    "carbon dioxide,二氧化碳/carbon monoxide,一氧化碳",
)
"""Kinds of things of which a claim is about one: another of the same kind is another claim."""

SYNONYMS = (
    "find,finds,found,discover,discovers,discovered,uncover,uncovered", "sell,sells,sold", "lose,loses,lost,losing", "tower,towers,mast,masts", "quake,earthquake",
    "withdraw,withdrawn,pull,pulled", "plan,plans,want,wants,intend,intends", "disease,illness", "really,actually,truly",
    "kill,kills,killed,killing,murder,murders,slay", "vaccine,vaccines,vaccination,shot,shots,jab,jabs", "cure,cures,cured,heal,heals,treat,treats,remedy",
    "cause,causes,caused,lead,leads,trigger,triggers,give,gives", "people,folks,citizens,residents,persons,everyone,everybody,anyone", "government,state,authorities,officials",
    "doctor,doctors,physician,physicians", "kid,kids,child,children", "say,says,said,claim,claims,claimed,announce,announces,announced,report,reports,reported,state,states,stated,"
    "reveal,reveals,revealed,confirm,confirms,confirmed,show,shows,showed,shown,prove,proves,proven,warn,warns,warned,tell,tells,told",
    "photo,photos,picture,pictures,image,images,photograph,pic,pics,snapshot", "video,videos,clip,clips,footage,film", "virus,viruses,bug,germ,germs", "big,huge,large,giant,massive,enormous",
    "eat,eats,eating,consume,consuming,ingest,taking,take,swallow,have,having", "drink,drinks,drinking,sip,sipping", "stop,stops,block,blocks,prevent,prevents,avoid", "get,gets,receive,receives,obtain,getting",
    "phone,phones,cellphone,smartphone,mobile,handset", "company,firm,corporation,business", "illness,disease,sickness", "dead,died,killed,passed", "free,gratis,complimentary", "secretly,quietly,covertly,hidden",
    "contain,contains,include,includes,has,have,hold,holds", "make,makes,made,create,creates,created,produce,produces", "begin,begins,start,starts", "tiny,small,little", "water,h2o", "law,bill,rule,act,regulation",
    "money,cash,funds,dollars", "buy,purchase,get", "dangerous,harmful,toxic,unsafe,deadly,poisonous", "voters,citizens,people", "vote,votes,ballot,ballots", "fake,false,bogus,phony", "use,uses,using,used,utilize",
    "will,going,gonna,shall,would,can,could,may,might,must", "is,are,was,were,been,be,being", "the,a,an,this,that,these,those,its,his,her,their,our,your,my", "in,on,at,for,from,of,to,with,by,into,during,inside,within,after,over",
    "死亡,死,丧命,身亡,毙命,致死,送命", "治疗,治好,治,医治,根治,治愈,医好", "导致,引起,造成,引发,致,使,害,诱发,让,会有,产生", "吃,服用,食用,摄取,喝,饮用,饮", "政府,官方,当局,国家", "民众,百姓,人民,国民,大家,人人,所有人", "影片,视频,录影",
    "照片,图片,相片", "小孩,孩子,儿童,小朋友,幼童", "老人,长者,年长者,长辈,老人家", "医生,医师,大夫", "手机,电话", "宣布,公布,发布,表示,证实,公告,说,指出,透露,警告,宣称,声称", "免费,不用钱,免钱", "将,要,会,即将,准备", "可以,能,能够,可,会",
    "立即,马上,立刻,赶快,尽快", "危险,有害,有毒,不安全", "预防,防止,避免,防", "购买,买,采购", "感染,确诊,染疫,中", "发现,查出,验出,检出,找到", "偷偷,暗中,私下,秘密,悄悄", "使用,用,利用,拿", "开始,起,启动", "今天,今日,明天,明日,昨天",
)  # fmt: skip
"""Words that may stand for one another without changing a claim."""


@functools.cache
def rivals() -> dict[str, tuple[int, int]]:
    """Return word -> (kind, which of the kind)."""
    table: dict[str, tuple[int, int]] = {}
    for kind, entries in enumerate(_RIVALS):
        for member, words in enumerate(entries.split("/")):
            for word in words.split(","):
                table[word] = (kind, member)
    return table


@functools.cache
def synonyms() -> dict[str, frozenset[int]]:
    """Return word -> the groups it belongs to."""
    table: dict[str, set[int]] = {}
    for number, words in enumerate(SYNONYMS):
        for word in words.split(","):
            table.setdefault(word, set()).add(number)
    return {word: frozenset(groups) for word, groups in table.items()}
