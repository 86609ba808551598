"""Pages as scrapers leave them, each line marked: `|` the article's own words, `-` clutter, `?` either will do.

The stories are invented.
"""

PAGES = {
    "cookie_banner_and_share_bar": """
-We use cookies and similar technologies on this site. By clicking “Accept all” you agree to our cookie policy.
-Accept all
-Manage cookies
|Harbour bridge reopens after nine months
-Facebook Twitter WhatsApp Email
-3 min read
|The harbour bridge reopened to traffic on Monday after nine months of repairs to its northern cables.
|Engineers found that four of the eleven cables had corroded more quickly than the inspectors expected.
|“We are relieved,” said Mayor Ada Colau.
-Share this article
-© 2024 Harbour Gazette. All rights reserved.
""",
    "navigation_menu": """
-Home
-World
-Politics
-Sport
-Search
|Parliament delays vote on fishing quotas until spring
?By Karl Kraus
|Parliament postponed the vote on next year's fishing quotas until March, its speaker told reporters.
|Fishermen had blocked two harbours in protest against the proposed limits for cod and herring.
-Privacy policy | Terms of use | Contact us
""",
    "newsletter_in_mid_article": """
|Rail strike enters its second week
|Train drivers walked out for an eighth day as talks with the railway broke down again.
-Sign up for our morning newsletter
-Get the day's top stories delivered to your inbox.
-Enter your email
|The union wants a pay rise of six percent and shorter night shifts for its members.
|“Not yet,” he said.
|Passengers waited for hours at the main station on Tuesday, and many gave up.
""",
    "related_posts_in_mid_article": """
|Dam operators lower reservoir before storm
|Operators began releasing water from the upper reservoir on Friday ahead of a storm.
-Related Posts
-Storm closes mountain pass for third day
-How reservoirs are managed in winter
|The release will continue until the level has dropped by four metres, the operator said.
|Residents downstream were told to keep away from the banks.
|It has rained for six days.
|The river last overflowed its banks in 2011, when two villages had to be evacuated.
""",
    "author_box_and_comments": """
|Museum returns bronze figures to Benin
|The museum handed over twelve bronze figures to a delegation from Benin on Wednesday morning.
|The director called the ceremony overdue, and the delegation thanked the museum's staff for their care.
|A further thirty pieces will follow next year once their origin has been established beyond doubt by the researchers.
|The first figures were taken from the royal palace in 1892 by soldiers and later sold at an auction in Paris.
-2 Comments
-Mark says:
-I think this was long overdue and they should return the others as well.
-Reply
-Julia says:
-Who pays for the transport of all these heavy things, I wonder?
-Reply
""",
    "tags_and_photo_credit": """
|Wildfire smoke reaches the coast
-Photo: Willy Brandt / Getty Images
|Smoke from the fires in the interior reached the coastal towns on Sunday evening.
|Doctors advised people with asthma to stay indoors and to close their windows at night.
-Tags: wildfire, smoke, health
-Filed under: Environment
""",
    "paywall": """
|Central bank holds rates
|The central bank left its main rate unchanged at four percent, as most analysts had expected.
|Its governor gave no hint of when the first cut might come.
-You have 2 free articles left this month.
-This article is for subscribers only.
-Subscribe now for unlimited access
-Already a subscriber? Log in
""",
    "markdown_links": """
-- [Home](/) | [News](/news) | [Sport](/sport)
-* [Log in](/login)
|# Court upholds ban on sand mining
|The [supreme court](/court) upheld a ban on mining sand from the riverbed in three districts.
|> “The river cannot defend itself,” the judges wrote.
-[![](/ad.png)](/buy)
|The mining companies have thirty days to remove their machines from the banks.
-[Next article](/next)
""",
    "teasers_of_other_stories": """
|Ferry company orders two electric ships
|The ferry company ordered two electric ships for its short route across the strait.
-READ ALSO: Ferry prices to rise in summer
-See also: “Cleaner harbours by 2030”
|They will carry six hundred passengers each and charge their batteries overnight.
-Related: Which ferries are the cleanest?
-You may also like
-Ten islands to visit this year
-Where the water is warmest
""",
    "blurbs_with_full_sentences_at_the_end": """
|Farmers plant earlier as winters warm
|Farmers in the valley planted their wheat three weeks earlier than their parents did, a survey found.
|The survey covered two hundred farms over thirty years and compared the dates in their logbooks with the weather.
|Its authors expect the trend to continue, and they advise farmers to choose varieties that ripen early.
|Some have already switched to chickpeas.
|Others doubt that the market for chickpeas will last, since prices fell by a third last year when imports grew.
-More News
-Bakers run short of flour
-Bakers in the capital say that they have flour for only two weeks.
-Zoo welcomes baby giraffe
-The giraffe was born on Sunday and already stands taller than its keeper.
""",
    "login_line_and_app": """
|Observatory records rare comet
-Log in or register for free to save this story
|Astronomers recorded a comet that had not been seen for almost four hundred years.
-Download our app
-Follow us on Telegram
-Turn on notifications
|It will be visible with binoculars until the end of the month, low above the western horizon.
-Advertisement
|“You need a dark sky and some patience,” she said.
""",
    "video_and_picture_names": """
-Skip to content
|Old tram returns to the city centre
-Play video
-tram-no-4.jpg
|A tram built in 1931 carried passengers through the centre again on Saturday after volunteers restored it.
-Continue reading
-Story continues below advertisement
|The tram will run on the first Saturday of each month from April.
-Most popular
-Five parks for a rainy day
""",
    "subheadings_and_short_lines": """
|Island votes on independence
|The island's four thousand voters decide on Sunday whether to leave the federation.
|What is at stake?
|Fishing rights matter most, according to the island's council.
|Home rule
|Since 1973 the island has run its own schools.
|Next steps
|If the vote is yes, talks begin in May.
-Previous
-Next
""",
    "prose_about_clutter": """
|Regulator fines portal over cookies
|The regulator accused the portal of using cookies without consent and fined it two million euros.
|Users could not log in or create an account without sharing their location, it said.
|Its daily newsletter reaches a million people, who subscribe to it for free.
|Readers can sign up for the service again from Monday, and thousands already have.
|“Subscribe to our channel,” the presenter told viewers before the raid.
|Privacy policy has become a campaign issue in the capital this autumn.
|Related news also reached the stock exchange, where the share fell by a tenth.
|“Click here,” read the message that infected the ministry's computers.
|Share prices of rivals rose.
|Comments by the minister followed within the hour, and they were not kind.
|Look: nobody reads the terms of service before they accept them.
|More than half of the visitors follow links on Facebook or Twitter, the portal told the court.
|Sign in sheets at the ministry show that the owner visited twice in June.
""",
}


def lines_of(page: str) -> list[tuple[str, str]]:
    """The mark and the words of each line."""
    return [(line[0], line[1:]) for line in PAGES[page].strip().splitlines()]
