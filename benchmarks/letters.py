"""Letters as people write them, invented, to measure on: about 2 KB each, with greeting, dates, times, amounts and a signature."""

_JA = (
    """佐々木様

いつもお世話になっております。
橘建築設計事務所の{name}です。

先日はお忙しいところ、打合せのお時間をいただき、誠にありがとうございました。
ご依頼いただいておりました本社ビル改修工事の見積書を、本日付で作成いたしましたので
お送りいたします。金額は税込で１２，{n:03}，０００円、工期は約６か月を見込んでおります。

ご不明な点がございましたら、{m}月{d}日（木）までにご連絡いただけますと幸いです。
なお、来週は出張のため、返信が遅れる場合がございます。あらかじめご了承ください。

次回の打合せは、下記の日程で調整させていただければと存じます。
　・{m}月{d}日（月）10:00～11:30　第２会議室
　・{m}月{d}日（水）14:00～15:00　オンライン

また、前回ご指摘のありました非常階段の位置については、消防署との事前協議が必要となります。
協議の結果によっては、図面の一部を変更させていただく可能性がございますので、その際は改めて
ご相談申し上げます。外壁の色見本は、別便にて今週中にお届けする予定です。

お手数をおかけいたしますが、ご確認のほど、よろしくお願い申し上げます。

-----------------------------------------
橘建築設計事務所　設計部
{name}
〒102-0083　東京都千代田区麹町3-{d}-{m}
TEL 03-1234-{p:04} / FAX 03-1234-{q:04}
E-mail: {mail}@tachibana.example
https://www.tachibana.example/
-----------------------------------------
""",
    """山口課長

お疲れさまです。総務部の{name}です。
{m}月分の勤務表について、以下のとおりご連絡いたします。

１．提出期限は今月２５日（金）の１７時です。期限を過ぎますと、給与計算に間に合わない
　　おそれがありますので、必ず期限内にご提出ください。
２．有給休暇を取得された場合は、備考欄に「有休」とご記入ください。
３．交通費の精算は、別紙の申請書（様式{d}）に領収書を添えて、総務部までお出しください。
４．在宅勤務の日は、始業と終業の時刻を必ず入力してください。入力のない日は欠勤として
　　扱われますので、ご注意ください。

ご質問があれば、内線{q:04}までお電話いただくか、このメールにご返信ください。
システムの不具合については、情報システム課で原因を調べております。復旧の見込みが立ち次第、
改めてお知らせいたします。ご迷惑をおかけして申し訳ございません。

> 先週お話しした件ですが、資料の三ページ目の表に誤りがありました。
> 正しくは「前年度比一〇八％」です。お手元の資料の差し替えをお願いします。
> コピー機の入れ替えは来月の予定です。新しい機種では、社員証をかざして印刷するように
> なりますので、社員証をお忘れにならないようお願いします。
> なお、古い機種に残っている文書は、入れ替えの前日までに削除してください。

最後に、来月の防災訓練の日程が決まりました。当日は避難経路の確認のほか、消火器の使い方の
講習もあります。詳しくは、社内掲示板の案内をご覧ください。

以上、よろしくお願いいたします。

{name}
総務部　電話：03-5678-{p:04}（内線{q:04}）
""",
    """関係者各位

平素より格別のご高配を賜り、厚く御礼申し上げます。

このたび、弊社では新しいサービス「まちの設計室」を{m}月{d}日より開始いたします。
住まいのリフォームから耐震診断、空き家の活用まで、地域の皆さまのご相談にお応えする
窓口です。専門の建築士が、図面の作成から施工会社の選定まで、一貫してお手伝いいたします。
これまで個別に承っておりましたご相談も、今後はこちらの窓口でまとめてお受けいたします。

開始を記念して、下記のとおり説明会を開催いたします。ぜひお誘い合わせのうえ、
ご参加くださいますようお願い申し上げます。

記
日　時：{m}月{d}日（土）午後１時３０分～午後４時
会　場：市民文化会館　小ホール
定　員：{n}名（先着順・参加無料）
内　容：講演「木造住宅の耐震化について」、個別相談会、模型の展示

当日は混雑が予想されますので、公共交通機関をご利用ください。駐車場には限りがございます。
雨天の場合も開催いたしますが、警報が発令されたときは中止とさせていただきます。中止の場合は、
前日の夕方までに、ホームページにてお知らせいたします。
お申し込みは、ホームページの専用フォームからお願いいたします。定員に達し次第、受付を
終了いたしますので、お早めにお申し込みください。

今後とも変わらぬご支援のほど、よろしくお願い申し上げます。

橘建築設計事務所
広報担当　{name}
TEL: 0120-555-{n:03}
""",
)
_EN = (
    """Dear Ms Fairweather,

Thank you very much for your letter of {d} March and for the time you took to show us round the
site last week. I have now had a chance to talk it over with my colleagues, and we would be glad
to take the project on.

Our quotation (No. 2026-{n:04}) is on its way to you by post. The total comes to EUR 48,{n:03}.00 including
VAT, and the work would take about twelve weeks from the day we receive your order. As you asked,
we have left out the second staircase and added the ramp at the north entrance.

There are three points I would like to settle before we begin:

 1. Who will deal with the building permit? In our experience it takes six to eight weeks.
 2. Should the old windows be kept? They could be repaired, but it would not be much cheaper, and
    the new ones would save a good deal on heating. We could show you samples of both.
 3. The survey says nothing about the drains under the yard. We would rather look at them before
    the scaffolding goes up than afterwards; it would take one day.

Could we meet on Tuesday, {d} May, at 10:30 at your office? If that does not suit you, please
suggest another day; I am free for most of that week, except on Thursday afternoon. If you would
like your neighbours to see the drawings as well, we are happy to bring a second set along and to
explain what will be noisy, and when.

I look forward to hearing from you.

Yours sincerely,
{name}

--
{name} | Tachibana Architects
Phone +49 30 9018 {p:04} | Mobile +49 170 123{q:04}
{mail}@tachibana.example | https://www.tachibana.example
""",
    """Hi all,

a short summary of today's call, so that nobody has to remember it:

- The new release goes out on the {d}th. Testing is nearly done; three small bugs are left, none of
  them serious. Maria will write the release notes and send them round by Wednesday noon.
- The customer wants the report in a different format. We agreed to offer both for a while and to
  drop the old one in the autumn. Nobody objected, but please shout if you see a problem.
- Response times have improved a lot: the slowest page now takes {n} ms instead of 2,{n:03} ms. What
  is left is mostly the search, and that can wait until we have moved to the new machines.
- The training in June is full. There will be another one in September; if you want to be sure of
  a place, tell your team lead now rather than in August.
- Holidays: please enter yours in the calendar before the end of the month.

On Mon, 4 May 2026 at 09:{d:02}, Robin <robin@customer.example> wrote:
> I had a look at the figures again and I think that we compared the wrong years. If you take
> the numbers from the annual report, the difference is much smaller than we thought.
> Shall I prepare a new chart for the meeting, or is it enough to correct the old one?
> By the way, the room with the big screen is taken on Friday. The small one next to the kitchen
> is free, but we would have to bring our own projector.

I think correcting it is enough. I have asked for the projector from the second floor, which is
not used that day. The next call is on Friday at 2 pm, same link as ever. If you cannot come, just
send me two lines beforehand about where you are and whether anything keeps you from going on.

Cheers,
{name}
""",
    """Dear Sir or Madam,

I am writing to complain about the washing machine that was delivered to us on {d} April (order
number {n:04}-{q:04}). When the fitters had left we found a dent in the door, and since yesterday the
machine stops in the middle of every programme and shows the message "E{m}".

I have called your service number three times. Each time I waited for more than twenty minutes
and was then told that somebody would ring me back, which has not happened. On the second call I
was promised a visit between 8:00 and 12:00 the next day; I stayed at home for it, and nobody came
or left a message. I should therefore like to ask you to do one of the following within two weeks:

   (a) send someone to repair the machine, or
   (b) take it back and refund the price of 649.00 euros, with the cost of delivery.

Photographs of the door and a copy of the invoice come by post. You will see from them that the
dent is on the inside of the packaging, so that it cannot have been made in our kitchen. The man
who delivered the machine noticed it as well and wrote it down on his own copy of the delivery
note, which I was not given; I am sure that you can find it in your files.

I would prefer to have this settled without further trouble and hope that you will understand my
position. Until the machine has been repaired or replaced I shall not pay the second instalment,
which is due on {d} May.

With kind regards

{name}
14 Station Road, Millbrook
""",
)
_NAMES_JA = ("山田 太郎", "鈴木　花子", "高橋健一", "田中 美咲", "渡辺　大輔", "小林 さくら", "加藤 誠", "吉田　優子")
_NAMES_EN = ("Robin Miller", "Alex Carpenter", "Jordan Fletcher", "Sam Winters", "Kim Baxter", "Chris Holloway")
_WRITERS = 40


def letter(language: str, number: int) -> str:
    """One letter; its numbers differ from those of the next, and forty people write them in turn."""
    texts, names = (_JA, _NAMES_JA) if language == "ja" else (_EN, _NAMES_EN)
    who = number % _WRITERS
    facts = {"n": number * 37 % 1000, "m": number % 12 + 1, "d": number % 28 + 1, "p": who * 37, "q": who * 173}
    return texts[number % len(texts)].format(**facts, name=names[who % len(names)], mail=f"staff{who}")


def letters(language: str, octets: int) -> str:
    """Letters one after another, at least so many octets of UTF-8, lines ended by CRLF."""
    out: list[str] = []
    size = number = 0
    while size < octets:
        out.append(letter(language, number))
        size += len(out[-1].encode()) + out[-1].count("\n") + 2
        number += 1
    return "\n".join(out).replace("\n", "\r\n")
