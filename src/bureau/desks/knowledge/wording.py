"""What the desk itself says in an answer: the languages of its contract, and those of the other desks.

All but English, German, French and Spanish still wait for a native speaker's eye.
"""

from __future__ import annotations

from bureau.kernel.ai.language import code_of, name_of

LANGUAGES = (
    *("en", "de", "fr", "es", "af", "hi", "ne", "nr", "nso", "ss", "st", "tn", "ts", "ve", "xh"),
    *("zh", "zu"),
)

# what a person may choose, by its English name
NAMES = {language: name_of(language) for language in LANGUAGES}

EXTRACTIVE = {
    "en": "No language model is configured; these passages of the documents fit your question:",
    "de": "Es ist kein Sprachmodell eingerichtet; diese Stellen der Dokumente passen zu Ihrer Frage:",
    "fr": "Aucun modèle de langage n'est configuré ; ces passages des documents répondent à votre question :",
    "es": "No hay ningún modelo de lenguaje configurado; estos pasajes de los documentos responden a su pregunta:",
    "af": "Geen taalmodel is opgestel nie; hierdie dele van die dokumente pas by u vraag:",
    "hi": "कोई भाषा मॉडल नहीं लगाया गया है; दस्तावेज़ों के ये अंश आपके प्रश्न से मेल खाते हैं:",
    "ne": "कुनै भाषा मोडेल राखिएको छैन; कागजातका यी अंश तपाईंको प्रश्नसँग मिल्छन्:",
    "nr": "Akunamodeli yelimi ebekiweko; iingcenye zemitlolo lezi zikhambelana nombuzo wakho:",
    "nso": "Ga go na mmotlolo wa polelo wo o beilwego; dikarolo tše tša ditokomane di sepelelana le potšišo ya gago:",
    "ss": "Kute imodeli yelulwimi lebekiwe; letincenye temibhalo tihambelana nembuto wakho:",
    "st": "Ha ho mohlala wa puo o hlophisitsweng; dikarolo tsena tsa ditokomane di tshwanela potso ya hao:",
    "tn": "Ga go na mmotlele wa puo o o tlhomilweng; dikarolo tse tsa dikwalo di tsamaelana le potso ya gago:",
    "ts": "Ku hava modele ya ririmi leyi vekiweke; swiphemu leswi swa matsalwa swi fambelana na xivutiso xa wena:",
    "ve": "A hu na modele wa luambo wo vhewaho; zwipiḓa hezwi zwa maṅwalo zwi tshimbilelana na mbudziso yaṋu:",
    "xh": "Akukho modeli yolwimi imiselweyo; ezi ndawo zamaxwebhu ziyahambelana nombuzo wakho:",
    "zh": "没有设置语言模型；文件中的以下段落与您的问题有关：",
    "zu": "Ayikho imodeli yolimi esethiwe; lezi zingxenye zemibhalo zihambisana nombuzo wakho:",
}
UNSUPPORTED = {
    "en": "What the language model wrote could not be confirmed in the documents and is not shown. "
    "These passages fit your question:",
    "de": "Was das Sprachmodell schrieb, ließ sich in den Dokumenten nicht belegen und wird nicht "
    "gezeigt. Diese Stellen passen zu Ihrer Frage:",
    "fr": "Ce que le modèle de langage a écrit n'a pas pu être confirmé dans les documents et n'est "
    "pas affiché. Ces passages répondent à votre question :",
    "es": "Lo que escribió el modelo de lenguaje no se pudo confirmar en los documentos y no se "
    "muestra. Estos pasajes responden a su pregunta:",
    "af": "Wat die taalmodel geskryf het, kon nie in die dokumente bevestig word nie en word nie gewys nie. Hierdie dele pas by u vraag:",
    "hi": "भाषा मॉडल ने जो लिखा, उसकी पुष्टि दस्तावेज़ों में नहीं हुई, इसलिए वह नहीं दिखाया गया। ये अंश आपके प्रश्न से मेल खाते हैं:",
    "ne": "भाषा मोडेलले लेखेको कुरा कागजातमा पुष्टि भएन, त्यसैले देखाइएको छैन। यी अंश तपाईंको प्रश्नसँग मिल्छन्:",
    "nr": "Lokho imodeli yelimi ekutlolileko akhange kuqinisekiswe emitlolweni begodu akutjengiswa. Iingcenye lezi zikhambelana nombuzo wakho:",
    "nso": "Seo mmotlolo wa polelo o se ngwadilego ga se sa tiišetšwa ka ditokomaneng gomme ga se bontšhwe. Dikarolo tše di sepelelana le potšišo ya gago:",
    "ss": "Loko lokubhalwe yimodeli yelulwimi akukacinisekiswa emibhalweni futsi akukhonjiswa. Letincenye tihambelana nembuto wakho:",
    "st": "Seo mohlala wa puo o se ngotseng ha sea tiiswa ditokomaneng mme ha se bontshwe. Dikarolo tsena di tshwanela potso ya hao:",
    "tn": "Se mmotlele wa puo o se kwadileng ga se a tlhomamisiwa mo dikwalong mme ga se bontshiwe. Dikarolo tse di tsamaelana le potso ya gago:",
    "ts": "Leswi modele ya ririmi yi swi tsaleke a swi tiyisisiwanga eka matsalwa naswona a swi kombisiwi. Swiphemu leswi swi fambelana na xivutiso xa wena:",
    "ve": "Zwe modele wa luambo wa zwi ṅwala a zwo ngo khwaṱhisedzwa kha maṅwalo nahone a zwi sumbedzwi. Zwipiḓa hezwi zwi tshimbilelana na mbudziso yaṋu:",
    "xh": "Oko imodeli yolwimi ikubhalileyo akuqinisekiswanga kumaxwebhu kwaye akuboniswa. Ezi ndawo ziyahambelana nombuzo wakho:",
    "zh": "语言模型所写的内容无法在文件中得到证实，因此不予显示。以下段落与您的问题有关：",
    "zu": "Lokho imodeli yolimi ekubhalile akuqinisekiswanga emibhalweni futhi akuboniswa. Lezi zingxenye zihambisana nombuzo wakho:",
}
REFUSAL = {
    "en": "I could not find anything about this in the documents that you can read.",
    "de": "Dazu habe ich in den Dokumenten, die Sie lesen können, nichts gefunden.",
    "fr": "Je n'ai rien trouvé à ce sujet dans les documents que vous pouvez consulter.",
    "es": "No he encontrado nada al respecto en los documentos que usted puede leer.",
    "af": "Ek kon niks hieroor vind in die dokumente wat u mag lees nie.",
    "hi": "आप जो दस्तावेज़ पढ़ सकते हैं, उनमें मुझे इस बारे में कुछ नहीं मिला।",
    "ne": "तपाईंले पढ्न सक्ने कागजातमा मैले यसबारे केही भेटिनँ।",
    "nr": "Akhange ngithole litho ngalokhu emitlolweni ongayifunda.",
    "nso": "Ga se ka hwetša selo ka se ka ditokomaneng tšeo o ka di balago.",
    "ss": "Angikatfoli lutfo ngaloku emibhalweni longayifundza.",
    "st": "Ha ke a fumana letho ka sena ditokomaneng tseo o ka di balang.",
    "tn": "Ga ke a bona sepe ka se mo dikwalong tse o ka di balang.",
    "ts": "A ndzi kumanga nchumu hi leswi eka matsalwa lawa u nga ma hlayaka.",
    "ve": "A tho ngo wana tshithu nga ha izwi kha maṅwalo ane na nga a vhala.",
    "xh": "Andifumananga nto ngoku kumaxwebhu onokuwafunda.",
    "zh": "在您可以阅读的文件中，我没有找到与此有关的内容。",
    "zu": "Angitholanga lutho ngalokhu emibhalweni ongayifunda.",
}
WELCOME = {
    "en": "You are welcome. Ask whenever something is not clear.",
    "de": "Gern geschehen. Fragen Sie, wenn etwas unklar ist.",
    "fr": "Je vous en prie. Posez vos questions quand vous voulez.",
    "es": "De nada. Pregunte cuando algo no esté claro.",
    "af": "Dis ’n plesier. Vra gerus as iets onduidelik is.",
    "hi": "आपका स्वागत है। कुछ स्पष्ट न हो तो पूछिए।",
    "ne": "स्वागत छ। केही नबुझे सोध्नुहोस्।",
    "zh": "不客气。有不清楚的地方请随时提问。",
    "zu": "Wamukelekile. Buza noma nini uma kukhona okungacacile.",
    "xh": "Wamkelekile. Buza nanini na xa kukho into engacacanga.",
}
LISTED = {
    "en": "You can ask about these documents:",
    "de": "Zu diesen Dokumenten können Sie fragen:",
    "fr": "Vous pouvez poser des questions sur ces documents :",
    "es": "Puede preguntar sobre estos documentos:",
    "af": "U kan oor hierdie dokumente vra:",
    "hi": "आप इन दस्तावेज़ों के बारे में पूछ सकते हैं:",
    "ne": "तपाईं यी कागजातका बारेमा सोध्न सक्नुहुन्छ:",
    "zh": "您可以就以下文件提问：",
    "zu": "Ungabuza ngale mibhalo:",
    "xh": "Ungabuza ngala maxwebhu:",
}
NOTHING_LISTED = {
    "en": "There is no document that you can read yet.",
    "de": "Es gibt noch kein Dokument, das Sie lesen können.",
    "fr": "Il n'y a encore aucun document que vous puissiez consulter.",
    "es": "Todavía no hay ningún documento que usted pueda leer.",
    "af": "Daar is nog geen dokument wat u kan lees nie.",
    "hi": "अभी कोई दस्तावेज़ नहीं है जिसे आप पढ़ सकें।",
    "ne": "तपाईंले पढ्न सक्ने कुनै कागजात अहिलेसम्म छैन।",
    "zh": "目前还没有您可以阅读的文件。",
    "zu": "Awukho umbhalo ongawufunda okwamanje.",
    "xh": "Alukho uxwebhu onokulufunda okwangoku.",
}
OVERVIEW = {
    "en": "The parts of “{title}” begin with these words:",
    "de": "Die Teile von „{title}“ beginnen mit diesen Worten:",
    "fr": "Les parties de « {title} » commencent par ces mots :",
    "es": "Las partes de «{title}» empiezan con estas palabras:",
    "af": "Die dele van “{title}” begin met hierdie woorde:",
    "hi": "“{title}” के भाग इन शब्दों से शुरू होते हैं:",
    "ne": "“{title}” का भागहरू यी शब्दबाट सुरु हुन्छन्:",
    "zh": "“{title}”各部分的开头如下：",
    "zu": "Izingxenye ze-“{title}” ziqala ngala mazwi:",
    "xh": "Iinxalenye ze-“{title}” ziqala ngala mazwi:",
}
PAGE = {
    **{"en": "page", "de": "Seite", "fr": "page", "es": "página", "af": "bladsy", "hi": "पृष्ठ"},
    **{"ne": "पृष्ठ", "zu": "ikhasi", "xh": "iphepha", "nr": "ikhasi", "ss": "likhasi"},
    **{"st": "leqephe", "tn": "tsebe", "nso": "letlakala", "ts": "pheji", "ve": "siaṱari"},
}
_QUOTES = {"de": "„“", "fr": "«»", "es": "«»"}


def said(words: dict[str, str], language: str) -> str:
    """A sentence in a language, or in English where it is not said in that one yet."""
    return words.get(language, words["en"])


def known(language: str) -> str:
    """The language if the desk speaks it, else English."""
    base = code_of(language)
    return base if base in LANGUAGES else "en"


def place_of(title: str, page: int | None, language: str) -> str:
    """Where something stands, for people: `Manual, page 3`."""
    if page is None:
        return title
    return f"{title}，第 {page} 页" if language == "zh" else f"{title}, {PAGE[language]} {page}"


def quoted(text: str, language: str) -> str:
    """The text between the quotation marks of a language."""
    marks = _QUOTES.get(language, "“”")
    return f"{marks[0]}{text}{marks[1]}"
