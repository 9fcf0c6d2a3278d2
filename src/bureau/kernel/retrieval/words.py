"""The words of a question that carry meaning, for full text search and as evidence. Pure functions."""

from __future__ import annotations

from bureau.kernel.text.segmenting import words
from bureau.kernel.text.spelling import normal, without_accents

MOST_WORDS = 40
# what asks and joins, and means nothing by itself: English, German, French, Spanish
_STOP_WORDS = """
a aber about after al algo all alle als also am an and any are as at au auch auf aus aux avec be
because been before bei beim being between bin bis bitte both but by cada can ce ces cet cette
chaque combien comment como con could cual cuales cuando cuanto cuál cuáles cuándo cuánto
cuántos cómo da damit dann dans das dass de debe dein del dem den der des did die dies diese
dieser dieses do doch does doing doit donc donde done dort du durch dónde e ein eine einem einen
einer eines el ella elle ellos en entre er era es esa ese eso est esta este esto está están et
eux every faire faut for from für get gibt haben had has hat have hay hier how häufig i ich if
ihr il ils im in into is ist it its je jede jeder jedes just kann kein keine la las le les leur
like lo long look los lui ma mais man many may me mein menudo mes mi mich might mir mit moi mon
more most much muss must muy my más nach nada ne need ni nicht no noch nos not notre nous nur o
ob oder of off oft often ohne on once only ont or other ou our out over own où par para pas per
pero peut please plus por porqué pour pourquoi puede pueden qu quand que quel quelle quelles
quels qui quien quién quoi qué sa same sans se sea sein seine ser ses shall should si sich sie
sin sind so sobre soll some son sont souvent su such sur sus ta también te tell tes than that
the their them then there these they this those tiene tienen to toi ton too tu um un una und
under une uno unos uns unter until up us use used vom von vor vos votre vous wann warum was we
welche welchem welchen welcher welches wenn wer werden were what when where which while who whom
why wie wieviel will wir wird with wo would wozu y ya yo you your zu zum zur être über
"""
# the same in languages of the house's desks; question words most of all, which documents lack
_MORE_STOP_WORDS = """
aan af al as asseblief baie beskikbaar bied by daar dat die dit doen dui deur een ek en enige gaan
gee geen haar het hierdie hoe hoeveel hoekom hom hulle iets is jy julle kan kry maar meer met moet my na
nie nog om ons ook op sal se sy tot uit van vanaf vir waar waarom waarvoor wanneer was wat watter wees wie word
अगर अपना अपनी अपने अब आप इन इस इसका इसकी इसके इसे उन उनका उनकी उनके उस उसका उसकी उसके उसे एक एवं ऐसा और क्या क्यों कब कभी
करता करती करते करना करने करें कर कहां कहाँ का कि कितना कितनी कितने किस किसका किसकी किसके किसको किसी किसने की कुछ के को कोई कौन कौनसा कौनसी कौनसे गया गई
गए चाहिए जब जहां जहाँ जा जाए जाता जाती जाते जाना जिस जो तक तथा तब तो था थी थे दिया दी दें देना द्वारा नहीं ने पर बाद भी मुझे में मेरा मेरी मैं यदि यह यहां यहाँ या ये
रहा रही रहे लिए लिये लेकिन वह वहां वहाँ वाला वाली वाले वे सकता सकती सकते साथ से हम हमारा हमारे हमें ही हुआ हुई हुए है हैं हो होगा होगी होता होती होते होना होने
अनि आफ्नो उनको उनी उसको एउटा ओ कति कतिबजे कसको कसरी कसले कसलाई कहाँ कहिले का कि किन कुन कुनै के को कोही गरे गरेको गर्छ गर्छन् गर्दा गर्न गर्ने गर्नु गर्नुपर्छ
छ छन् छैन छु जब जसको जसले जुन जो त तथा तपाईं तपाईको तर ता ती तिनी त्यो थियो थिए दिन्छ दिने देखि न नै पनि पर्छ पर्ने पाइन्छ फेरि बाट बारे भए भएको भने भन्ने म मलाई मा माथि मेरो
यदि यस यसको यहाँ यी यो र रहेको लाई लागि ले वा सँग सक्छ सक्छु सम्म हामी हाम्रो हुन् हुन हुने हुनेछ हुनुपर्छ हुन्छ हुन्छन् हो हरू होइन
ake ba bona de futhi i ibe ikhona ingabe kanjani kanye kube kubo kufanele kukhona kuphi kule kulo kumele kungani kuphela kusho kuya kwa la le lapha leli lesi lezi lo loku
lona malini mangaki na nalokhu nangu ngabe ngaphi ngani ngemuva ngempela ngesiphi ngingakwazi ngoba ngokuthi ngubani ngobani ngaki nini nje noma okwe siphi sonke thina
uma uthini wena yabo yami yena yini yiphi yimalini yimaphi zami zonke zingaki ezingaki bangaki kangaki kufuneka
apho bani bonke endingakwazi eyiphi ezi ezo kakuhle kangakanani kukho kunye kutheni kwaye kwakho lithini malunga nantoni nceda ndi ndingakwazi ngantoni nini ngo ngoku ntoni phi phantsi uza yantoni yeyiphi
yimalini zeziphi zingaphi
ka ke kae ke'ng eng efe fe ha hore ho jang kang mang neng o re se tsa ya ye wa le di na bakeng mme ebile kamoo bokae kapa empa
aonde até como cujo da das de dele dela deste do dos e ela eles em entre essa esse esta estas este estes eu foi há isso isto lhe mais mas me meu minha muito na nas nem no nos não nós o onde os ou para pela pelo por porque posso qual quais quando quanto quantos quantas que quem se ser seu são só sua também tem tenho um uma você
aan dat dit een hebben heb heeft het hij hoe hoeveel ik in is je kan mijn moet naar niet of ook op te uit uw voor van waar wanneer wat welke wie wij worden wordt zijn
che chi ci come con cosa cui dal dalla dei del della delle di dove è gli ha hanno il io la le lo ma mi nel nella non per perché più può qual quale quali quando quanto quanti quante questa questo se si sono su un una
的 了 吗 呢 吧 啊 是 在 和 与 或 有 没有 我 你 您 他 她 它 我们 你们 他们 这 那 这个 那个 这些 那些 哪 哪个 哪些 哪里 哪儿 什么 为什么 怎么 怎样 如何 谁 多少 几 几点 何时 什么时候 多久 多长 请 请问
可以 可 能 能够 会 要 需要 应 应该 应当 被 把 给 从 到 对 于 就 都 也 还 又 很 吗 及 之 其 为 以 上 下 里 中 内 后 前 时 時 個 个 份 次 時候 沒有 嗎 誰 哪裡 什麼 為什麼 怎麼 幾 多長 來 来 去 得 地 所 由 等
"""


def _alike(listed: str) -> set[str]:
    return {normal(word) for word in listed.split()}


STOP_WORDS = frozenset(_alike(_STOP_WORDS) | _alike(_MORE_STOP_WORDS))
_BARE_STOP_WORDS = frozenset(map(without_accents, STOP_WORDS))


def is_stop_word(word: str) -> bool:
    """Whether a word in its even spelling only asks or joins, written with accents or without."""
    return word in STOP_WORDS or without_accents(word) in _BARE_STOP_WORDS


def content_words(text: str) -> list[str]:
    """Words in lower case in their order, each once, without those that only ask and join."""
    return [word for word in dict.fromkeys(words(text)) if not is_stop_word(word)][:MOST_WORDS]
