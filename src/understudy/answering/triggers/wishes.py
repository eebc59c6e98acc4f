# ruff: noqa: E501 - an expression that is cut over lines cannot be read
"""How customers ask for a person, per language, as expressions over folded words (see `reading`)."""

from __future__ import annotations

from collections.abc import Mapping

WANTS_PERSON: Mapping[str, tuple[str, ...]] = {
    "en": (
        r"\b(?:get|have|want|request|need|arrange|schedule|set up) (?:\w+ ){0,2}?(?:call ?back|call with)\b|\bwho (?:can|could) i (?:\w+ )?(?:speak|talk)\b|\b(?:speak|talk|discuss|explain) (?:\w+ ){0,6}?(?:over|on|by) the (?:tele)?phone\b",
        r"\b(?:pass|hand|forward) (?:me|us|this|it|this conversation|the conversation) (?:\w+ ){0,2}?(?:on|over|to) (?:\w+ ){0,3}?(?:colleague|human|person|manager|someone|somebody|team|desk|boss)\b",
        r"\b(?:by|from|of|to|with) (?:a|an|another|some) (?:real )?(?:human|human being|member of (?:the |your )?staff)\b|\bget me (?:your|the) (?:boss|supervisor|manager)\b|\bhuman eyes?\b",
        r"\b(?:speak|talk|discuss) (?:\w+ ){0,3}?(?:with|to) (?:an? |your |the |whoever )(?:\w+ ){0,2}?(?:advis[eo]r|specialist|expert|one responsible|handles|in charge|accounts)\b|\b(?:ask|have|could|can) (?:\w+ ){0,3}?(?:agent|advis[eo]r|specialist|colleague|expert)s? (?:\w+ ){0,2}?(?:contact|get in touch|reach|call|ring|phone)\b",
        r"\b(?:quit|no more|don t want|do not want) (?:\w+ ){0,2}?(?:automated|canned|machine|software)\b|\bask(?:ing)? for (?:a|your|the) (?:manager|supervisor|human|person)\b",
        r"\b(?:colleague|someone|somebody|person|human|advis[eo]r|manager)(?: of yours| from your (?:team|side|company))? (?:\w+ ){0,3}?(?:call|ring|phone|contact|reach out to|get back to|give)(?: me| us)\b",
        r"\b(?:transfer me|put me through|connect me (?:to|with))\b",
        r"\b(?:speak|talk|chat) (?:to|with) (?:\w+ ){0,3}?(?:billing|sales|support|customer (?:service|care)|team|department|office|expert|specialist)\b",
        r"\blive (?:chat|support|help|advis[eo]r|assistance)\b",
        r"\bis there (?:a|an|any|some) ?(?:real |actual |live )?(?:person|human|one|body|someone|anybody) (?:\w+ )?(?:i can|available|there who|who can help)\b",
        r"\b(?:please|can you|could you|have someone|someone to) (?:call|ring|phone) me(?: (?:back|now|asap|today|tomorrow|tonight|on|at|when|about|as|urgently|please)\b|$)",
        (
            r"\b(?:speak|talk|chat|connect(?: me)?|transfer(?: me)?|put me through|put me on|pass me|hand me over|"
            r"get me|escalate(?: this| me| it)?) (?:\w+ ){0,4}?(?:human|person|agent|representative|rep|operator|someone|"
            r"somebody|supervisor|manager|advisor|adviser|colleague|staff|employee|people)\b"
        ),
        r"\b(?:real|actual|live) (?:human|person|agent|representative|operator)\b",
        r"\bhuman (?:agent|representative|operator|support|assistance|being please)\b|\bhuman please\b",
        (
            r"\b(?:want|need|d like|would like|prefer|give me|get me) (?:(?:to be|a|an|the|your|real|live|actual|human) )*"
            r"(?:human|person|agent|representative|supervisor|manager|operator)\b"
        ),
        r"\b(?:don t want|not|stop|enough of|enough with|done with|hate|sick of)(?: \w+){0,4} (?:bots?|robots?|chatbots?)\b",
        r"\b(?:customer service|support) (?:agent|representative|rep|person)\b",
        r"^(?:(?:a|an|please) )?(?:human|agent|representative|operator|person)(?: please| now)*$",
        r"\bcan (?:a|any) (?:human|person|real person|colleague|manager) (?:\w+ ){0,2}?(?:help|call|answer|take|look)\b",
    ),
    "es": (
        r"\b(?:devuelva|devolver|devuelvan) la llamada\b|\b(?:llame|llamar|llamarme|llamen) (?:\w+ ){0,2}?(?:companer[oa]|alguien|persona|tecnico|asesor)\b|\bpuede llamarme\b",
        r"\b(?:hablar|tratar|tratarlo|hablarlo) (?:\w+ ){0,4}?(?:persona|ustedes|telefono|alguien|humano)\b|\balguien real\b|\bcontact\w+ con (?:atencion|soporte|el equipo)\b|\bno quiero (?:\w+ ){0,3}?(?:robots?|bots?|maquinas?|chatbots?)\b",
        r"\bun humano\b|\bpersona de verdad\b|\bque (?:me|alguien me) llamen?\b|\bllamenme\b|\balguien (?:\w+ )?(?:me llame|que me ayude)\b",
        (
            r"\b(?:hablar|comunicar(?:me)?|contactar|pasar(?:me)?|paseme|pasame|comunicame|comuniqueme|conectame|conecteme|"
            r"transfierame|transfiereme|atienda|atender) (?:\w+ ){0,4}?(?:persona|humano|agente|asesor|asesora|operador|"
            r"operadora|representante|alguien|supervisor|supervisora|encargado|encargada|gerente|responsable)\b"
        ),
        (
            r"\b(?:quiero|necesito|prefiero) (?:(?:un|una|a|con|el|la) )*"
            r"(?:persona|humano|agente|asesor|asesora|operador|representante|supervisor)\b"
        ),
        r"\b(?:persona real|ser humano|agente humano)\b",
    ),
    "fr": (
        r"\b(?:etre rappele\w*|rappelez|appelez)(?: moi)?\b|\bde vive voix\b|\bau bout du fil\b|\bpas (?:\w+ ){0,3}?(?:robots?|bots?|machines?)\b",
        r"\b(?:joindre|contacter|appeler) (?:\w+ ){0,3}?(?:service client|support|par telephone|equipe)\b|\bvrai (?:conseiller|interlocuteur)\b|\b(?:quelqu un|conseiller|collegue|technicien) (?:\w+ ){0,3}?(?:m appelle|me rappelle|m appeler|me rappeler)\b",
        r"\bun (?:vrai )?humain\b|\brappele[rz](?: |-)moi\b|\bquelqu un (?:\w+ )?(?:au telephone|me rappelle?r?|qui puisse)\b",
        (
            r"\b(?:parler|discuter|passer|passez moi|joindre|contacter|transferer|transferez moi|en relation|echanger) "
            r"(?:\w+ ){0,4}?(?:humain|personne|agent|conseiller|conseillere|operateur|operatrice|representant|quelqu un|"
            r"responsable|superieur|collegue)\b"
        ),
        (
            r"\b(?:veux|voudrais|prefere|besoin d) (?:(?:un|une|a|le|la|vrai|vraie|etre) )*"
            r"(?:humain|conseiller|conseillere|operateur|responsable)\b"
        ),
        r"\b(?:vraie personne|etre humain|vrai conseiller)\b",
    ),
    "de": (
        r"\bruckruf\b|\b(?:zuruckrufen|zuruckgerufen|anrufen)\b.{0,20}\b(?:mitarbeiter|kollege|jemand)|\b(?:mitarbeiter|kollege|kollegin|kollegen|berater|jemand)\b.{0,25}\b(?:anrufen|zuruckrufen|melden|ubernehmen|dazu)\b|\b(?:keinen|kein|nicht mit (?:einem|einer|dem)) (?:chatbot|bot|roboter|maschine|automaten)\b",
        r"\b(?:am telefon|telefonisch|personlich) (?:\w+ ){0,2}?(?:klaren|besprechen|sprechen|reden)\b|\bjemand\w*,? mit dem ich (?:\w+ )?(?:reden|sprechen)|\bgeben sie mir (?:den|die|ihren|einen|ihre) (?:chef|chefin|vorgesetzt\w+|mitarbeiter|kollegen)\b",
        r"\b(?:ein|einen) (?:echten |echter )?mensch(?:en)?\b|\brufen sie mich\b|\bjemand (?:\w+ ){0,2}?(?:anrufen|zuruckrufen|zuruckruft|anruft)\b",
        (
            r"\b(?:mit|an|zu) (?:\w+ ){0,3}?(?:mensch|menschen|mitarbeiter|mitarbeiterin|person|berater|beraterin|jemand|"
            r"jemandem|jemanden|vorgesetzten|chef|kollegen|kundenberater|sachbearbeiter) (?:\w+ ){0,3}?"
            r"(?:sprechen|reden|verbinden|verbunden|weiterleiten|telefonieren|chatten)\b"
        ),
        (
            r"\b(?:verbinde|verbinden|verbindet|leite|leiten) (?:\w+ ){0,4}?"
            r"(?:mensch|menschen|mitarbeiter|mitarbeiterin|person|berater|jemandem|vorgesetzten)\b"
        ),
        r"\b(?:echten|richtigen|wirklichen) (?:menschen|mitarbeiter|berater)\b|\b(?:echte|richtige) person\b",
        r"\b(?:will|mochte|brauche) (?:(?:einen|eine|einem|mit|ihren|echten) )*(?:menschen|mitarbeiter|berater|vorgesetzten)\b",
    ),
    "ja": (
        r"(?:人|方|スタッフ|店長|責任者|オペレーター|担当者?)(?:の方)?(?:から|が|に|を)(?:お)?(?:電話|連絡|呼|対応)(?:いただけ|して(?:ほし|くだ|もら)|んで|を?(?:くだ|ほし|いただ))|(?:電話|直接)(?:で)?(?:直接)?(?:相談|話)|人と話|(?:ボット|ロボット|機械)(?:では|じゃ)なく",
        r"折り返し|電話を(?:ください|いただ)|電話してください|係の人",
        (
            r"(?:人間|人|担当者|オペレーター|オペレータ|係員|係の方|スタッフ|責任者|上司|社員)(?:の方)?(?:と|に|へ|を)"
            r"(?:直接)?(?:話|つな|繋|代わ|替わ|変わ|お願い|出し|呼ん|呼び|相談|チャット)"
        ),
        r"有人対応|有人チャット|オペレーターお願い",
    ),
    "zh": (
        r"(?:不要|不想|别)(?:跟|和|再)?(?:机器人|机器|自动)|找(?:个|一个|一位)?人(?:来|跟|给|处理|帮)|(?:有人|让人|让.{0,6}人).{0,4}(?:打电话|来电话|联系我|联系一下)|(?:跟|和|与)(?:真人|活人|人工)(?:说|聊|谈|通)",
        r"(?:给我)?回(?:个)?电话?|打电话给我|给我打电话|人工(?:处理|帮|来|回复)",
        (
            r"(?:转|轉|找|要|接|换|聯繫|联系|叫|跟|和|与)(?:一个|一下|个|位|你们的?|真正的|真的)?"
            r"(?:人工|真人|客服人员|客服专员|工作人员|经理|主管|活人)"
        ),
        r"人工服务|人工客服|人工坐席",
    ),
}
"""Explicit wishes. Whether the agent is a bot may be asked without wanting a person: that is not one."""
