"""What the people of the made-up exports write: a time, a thing and a trouble make a sentence."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Words:
    """One language. A trouble fits behind any thing."""

    sentence: str
    times: tuple[str, ...]
    things: tuple[str, ...]
    troubles: tuple[str, ...]
    asides: tuple[str, ...]


def _list(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.replace("\n", "/").split("/") if part.strip())


WORDS: Final = {
    "ja": Words(
        "{time}、{thing}{trouble}。",
        _list("""
            昨日の夜から / 今朝 / 先週の金曜日 / 三日前 / さきほど / 登録した直後に / 更新のあと / 何度試しても
            月曜から / 二時間ほど前から / 昼休みに / 機種変更のあと / 海外から / 自宅の回線では / 家族の端末でも
            週末に
        """),
        _list("""
            入金 / 出金申請 / 二段階認証 / 本人確認の書類 / 送金先アドレス / 指値注文 / 手数料の明細
            アプリの起動画面 / パスワード再設定のメール / 銀行口座の名義 / 取引履歴のファイル / 年間取引報告書
            ログイン通知 / 電話番号の変更 / メールアドレスの確認 / 積立の設定 / 残高の表示 / チャートの画面 / 暗証番号
            生体認証 / 住所変更の届け / 口座開設の審査 / 振込先の番号 / 貸借の申込 / 成行注文 / 約定の履歴
            取引の制限 / 証明書の発行 / 問い合わせ番号 / 認証コード
        """),
        _list("""
            がまだ反映されません / が審査中のままです / の画面が真っ白になります / が途中で止まります
            を確認できません / が拒否されました / の手順が分かりません / が消えてしまいました / に覚えがありません
            が一致しないと出ます / を取り消したいです / が届きません / の金額が合いません / を間違えて送りました
            が三回続けて失敗しました / の期限が切れています / を急いで直してください / が重複しています
            について説明をください / の表示が古いままです
        """),
        _list("""
            お手数をおかけします / ご確認をお願いいたします / 返信をお待ちしております / 先週も同じことを伺いました
            画像を添えます / 急いでおりますので本日中にお願いします / 電話はつながりませんでした
            説明どおりに操作しました
        """),
    ),
    "en": Words(
        "{time} my {thing} {trouble}. ",
        _list("""
            Since last night / This morning / On Friday / Three days ago / Just now / Right after I signed up
            After the update / However often I try / Since Monday / About two hours ago / Over lunch
            After changing phones / From abroad / On my own line / On another device too / Over the weekend
        """),
        _list("""
            deposit / withdrawal / authenticator / identity document / wallet address / limit order / fee statement
            start screen / password mail / account name / trade history / yearly report / log-in notice / phone number
            mail confirmation / savings plan / balance / chart / passcode / fingerprint / change of address
            application / bank reference / lending request / market order / execution list / trading limit
            certificate / case number / security code
        """),
        _list("""
            has not arrived yet / is still under review / shows an empty page / stops half way / cannot be confirmed
            was refused / is a mystery to me / has disappeared / does not look familiar / does not match
            has to be cancelled / never came / shows a wrong amount / went to the wrong place
            failed three times in a row / has expired / needs a quick correction / appears twice
            needs some explaining / looks out of date
        """),
        _list("""
            Sorry for the trouble / Please look into it / I am waiting for your answer / I asked the same last week
            A picture is attached / I need this today / Nobody answered the phone / I followed the instructions
        """),
    ),
    "zh": Words(
        "{time}{thing}{trouble}。",
        _list("""
            昨天晚上开始 / 今天早上 / 上周五 / 三天前 / 刚才 / 注册以后 / 更新之后 / 试了很多次 / 从星期一起
            两个小时前 / 午休的时候 / 换手机以后 / 在国外 / 用家里的网络 / 换一台设备也是 / 周末
        """),
        _list("""
            充值 / 提现申请 / 两步验证 / 身份证件 / 钱包地址 / 限价订单 / 手续费明细 / 应用首页 / 重置密码的邮件
            银行账户姓名 / 交易记录文件 / 年度报告 / 登录通知 / 手机号码 / 邮箱确认 / 定投设置 / 余额显示 / 行情图
            资金密码 / 指纹登录 / 地址变更 / 开户审核 / 汇款附言 / 借贷申请 / 市价订单 / 成交明细 / 交易限制
            资产证明 / 工单编号 / 验证码
        """),
        _list("""
            还没有到账 / 一直在审核 / 页面是空白的 / 中途停住了 / 无法确认 / 被拒绝了 / 不知道怎么操作 / 突然不见了
            我没有印象 / 提示不一致 / 想要取消 / 一直收不到 / 金额不对 / 填错了 / 连续失败三次 / 已经过期 / 请尽快更正
            出现了两次 / 希望能说明一下 / 还是旧的
        """),
        _list("""
            麻烦您了 / 请帮忙确认 / 等待您的回复 / 上周也问过 / 附上截图 / 今天之内需要 / 电话打不通 / 已经按说明操作
        """),
    ),
}
_ENDINGS: Final = {"ja": "。", "en": ". ", "zh": "。"}
_FACTS: Final = {
    "ja": "取引IDは{id}、金額は{amount}円、エラーは{code}です。",
    "en": "The transaction is {id}, the amount {amount}, the error {code}. ",
    "zh": "交易编号{id}，金额{amount}元，错误{code}。",
}


def things(dice: random.Random, language: str) -> list[str]:
    """What one ticket is about."""
    return dice.sample(WORDS[language].things, 3)


def text(dice: random.Random, language: str, about: list[str], length: int) -> str:
    """Some sentences on these things, of that many characters or a few more."""
    words = WORDS[language]
    parts: list[str] = []
    while length > 0:
        chance = dice.random()
        if chance < 0.1:
            part = dice.choice(words.asides) + _ENDINGS[language]
        elif chance < 0.15:
            part = _FACTS[language].format(
                id=f"{dice.getrandbits(64):016x}",
                amount=f"{dice.randrange(1, 999)},000",
                code=dice.randrange(1000, 9999),
            )
        else:
            part = words.sentence.format(
                time=dice.choice(words.times), thing=dice.choice(about), trouble=dice.choice(words.troubles)
            )
        parts.append(part)
        length -= len(part)
    return "".join(parts)
