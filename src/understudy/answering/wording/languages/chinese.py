"""Chinese, in simplified characters; customers are addressed as 您 in every tone."""

from __future__ import annotations

from understudy.answering.settings import EscalationOption, Tone
from understudy.answering.wording.languages.phrases import Closed, Moments, Offering, Phrases, fallbacks
from understudy.templates.domain import Action

NEUTRAL = fallbacks(
    clarification_needed=(
        "我不确定是否理解了您的意思。您能换个说法或补充一些细节吗?",
        "您能再详细说说您的需求吗?",
        "我想准确理解您的问题,您能换一种方式提问吗?",
    ),
    no_match=(
        "这个问题我没有答案。",
        "这个问题我无法回答。",
        "我没有找到您问题的答案。",
    ),
    technical_issue=(
        "我们这边目前出了点问题,暂时无法回答。请稍后再试。",
        "我们目前遇到技术问题。您的消息已收到,请稍后再试。",
    ),
    out_of_scope=(
        "这件事{company_name}无法提供帮助。",
        "我只能解答与{company_name}的服务有关的问题。",
    ),
)
WARM = fallbacks(
    clarification_needed=(
        "抱歉,我没太明白您的意思!能再多说一点吗?",
        "很乐意帮您。能换个说法再告诉我一次吗?",
        "嗯,我还不太清楚您的意思。能补充一两个细节吗?",
    ),
    no_match=(
        "很抱歉,这个问题我不知道答案。",
        "这是个好问题,可惜我还没有答案。",
        "很抱歉,这个问题把我难住了。",
    ),
    technical_issue=(
        "非常抱歉,我们这边出了点问题。请您过一会儿再试一次,好吗?",
        "哎呀,我们遇到了一点技术故障。您的消息已收到,请稍后再试。",
    ),
    out_of_scope=(
        "很抱歉,{company_name}不提供这方面的服务。",
        "我只能解答{company_name}服务方面的问题,这方面我很乐意帮您!",
    ),
)
FORMAL = fallbacks(
    clarification_needed=(
        "未能准确判断您的需求,敬请换一种表述或提供更多细节。",
        "为准确答复您的需求,敬请提供更多细节。",
        "未能准确识别您的需求,烦请您以其他方式加以说明。",
    ),
    no_match=(
        "非常遗憾,我无法回答此问题。",
        "对于您的问题,我暂无可提供的答复。",
        "非常遗憾,未能找到对您咨询的答复。",
    ),
    technical_issue=(
        "由于技术问题,目前无法答复您的需求,敬请稍后再试。",
        "我们目前遇到技术问题。您的消息已收到,敬请稍后再试。",
    ),
    out_of_scope=(
        "此事项不在{company_name}的服务范围之内。",
        "我仅能协助处理与{company_name}服务有关的事项。",
    ),
)
OFFERING = Offering(
    sentence="您也可以{ways}。",
    comma="、",
    last="或",
    ways={
        EscalationOption.TRANSFER: "联系人工客服",
        EscalationOption.TAKE_MESSAGE: "留言",
        EscalationOption.CALLBACK: "预约回电",
    },
    asked_for={
        EscalationOption.TRANSFER: ("人工", "人工客服", "客服", "真人", "转人工"),
        EscalationOption.TAKE_MESSAGE: ("留言", "留个言"),
        EscalationOption.CALLBACK: ("回电", "回电话", "打电话", "电话", "回拨"),
    },
    gap="",
)
PHRASES = Phrases(
    emergency="我们这边出了问题,暂时无法回复您的消息。消息已转交人工处理,我们会尽快与您联系。",
    fallbacks={Tone.NEUTRAL: NEUTRAL, Tone.WARM: WARM, Tone.FORMAL: FORMAL},
    offering=OFFERING,
    clarifying=(
        "您指的是哪一个?1) {first} 2) {second}",
        "我想确认一下您的意思:是 1) {first},还是 2) {second}?",
    ),
    handed_over={
        Action.TRANSFER: "我正在为您转接同事,他们会在这里回复您。",
        Action.TAKE_MESSAGE: "我已将您的留言转交给我们的团队,他们会与您联系。",
        Action.CALLBACK: "我已请同事给您回电。如果我们可能没有您的号码,请写在这里。",
    },
    handed_over_closed={
        Action.TRANSFER: "我已将您的问题转交给我们的团队,他们{then}会在这里回复您。",
        Action.TAKE_MESSAGE: "我已将您的留言转交给我们的团队,他们{then}会与您联系。",
        Action.CALLBACK: "我已为您登记回电,同事{then}会给您打电话。如果我们可能没有您的号码,请写在这里。",
    },
    closed=Closed(
        nobody_in="现在没有工作人员在线。",
        holiday="我们今天休息。",
        named_holiday="我们今天休息({holiday})。",
        back="我们将于{opens_next}恢复服务。",
        when_back="在{opens_next}恢复服务后",
    ),
    moments=Moments(
        today="今天{at}",
        tomorrow="明天{at}",
        weekday="{day}{at}",
        date="{month}{day}日{at}",
        days=("星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期日"),
        months=("1月", "2月", "3月", "4月", "5月", "6月", "7月", "8月", "9月", "10月", "11月", "12月"),
    ),
)
