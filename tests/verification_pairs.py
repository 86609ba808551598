"""Statements about the seed articles, true and swapped, each beside the words that it is checked against."""

S0, S1, S2 = "000_02acd30f241aa87e.txt", "001_6cc9de1a86de204c.txt", "002_b9209de2d88e2335.txt"
S3, S4 = "003_952f5f0153c31d6f.txt", "004_f0604eb540a79818.txt"

HOLDING_BACK = (
    S0,
    "“China has its own interests which obviously could suffer if it starts supplying Russia with lethal weapons.”",
)
INTELLIGENCE = (
    S0,
    "US intelligence says China is considering delivering weapons to Russia but admits it hasn’t seen any signs or evidence of it so far.",
)
RISK = (S0, "The risk would be too great for Beijing, believes pro-Kremlin diplomatic expert Vasily Kashin.")
HOURS = (
    S0,
    "Chinese President Xi Jinping and his Russian counterpart Vladimir Putin will get to the heart of the matter on Tuesday March 21 after the first exchanges of courtesies on Monday and the dinner between the two heads of state in the Kremlin, the whole thing already totaling nearly 4.5 hours of discussions between the two men.",
)
VISIT = (S1, "Chinese leader Xi Jinping will visit Moscow on Monday for a three-day visit.")
ICC = (
    S1,
    "First of all, because neither Russia nor China recognizes the ICC. As a result, neither country will extradite Putin to The Hague.",
)
MARKETS = (
    S1,
    "The Chinese economy creaks and creaks and the European and American markets with hundreds of millions of consumers are more important to Beijing than the Russian economy with “only” 145 million people.",
)
RIFLES = (
    S1,
    "US-British news site Politico reported last week that China is secretly supplying rifles, body armor and drone parts to Russia (although Beijing denies this).",
)
PROMISE = (S1, "“Because Xi will have to at least promise something to Putin,” says Galgamov.")
GREETED = (
    S2,
    "The Chinese leader was greeted by Putin, who commended China’s growth in recent years, saying “we even envy you a little.”",
)
PLAN = (
    S2,
    "Putin also said that he had “carefully studied” China’s proposal to end the war in Ukraine. That plan, which urges respect for the “sovereignty of all countries,” does not call for the withdrawal of Russian troops from Ukraine.",
)
CONDEMNED = (S2, "China has not condemned Russia’s war against Ukraine and is engaged in peace negotiations.")
FORUM = (
    S3,
    "On the morning of October 17, Russian dictator Vladimir Putin arrived in China to participate in an economic forum and met with the country's leader Xi Jinping.",
)
ROME = (
    S3,
    "According to the warrant, he can be arrested and handed over to the ICC in any of the 123 countries that have ratified the Rome Statute.",
)
LIFELINE = (
    S3,
    'He called China Russia\'s "economic lifeline" in the face of harsh sanctions imposed on it for its war against Ukraine.',
)
ALLIANCE = (
    S3,
    "In his opinion, although the Kremlin and Beijing are unlikely to create a full-fledged military alliance, their defense cooperation will grow.",
)
DRONES = (
    S3,
    "In particular, the Minister of Finance of the aggressor country Anton Siluanov said that almost all of the imported drones they have were provided by Beijing.",
)
CEASEFIRE = (
    S4,
    "The United States expressed on Friday that it opposes the call for a ceasefire, as it believes it would consolidate the “Russian conquest,” John Kirby, a spokesman for the National Security Council, told reporters.",
)
TALKS = (
    S4,
    "On Thursday, Chinese Foreign Minister Qin Gang insisted in a telephone conversation with the head of Ukrainian diplomacy Dmytro Kuleba that Kiev and Moscow should hold peace talks.",
)
DOCUMENT = (
    S4,
    "In a 12-point document released last month on the conflict in Ukraine, China called for dialogue and respect for the territorial integrity of all countries.",
)
FIGHTERS = (
    S4,
    "This Friday, the Kremlin promised that the MiG-29 fighters that Poland and Slovakia will deliver to Ukraine will be “destroyed”, and denounced the “growing involvement” of NATO countries in the conflict with Kiev.",
)
LAST_VISIT = (S4, "Xi last visited Russia in 2019.")
PROPOSAL = (
    S4,
    "“His previous peace plan was more a series of general principles than an applicable proposal”this specialist in Chinese foreign policy told AFP.",
)

TEMPT = (
    S0,
    "If China does not plan to deliver weapons to Russia, Moscow could on the other hand be tempted to accept transfers of military technology to China, in exchange for increased economic cooperation which Russia needs to limit the effects Western sanctions.",
)
CALLS_FOR_PEACE = (
    S0,
    "While China officially calls for peace in Ukraine, but without condemning the Russian invasion, the question arises whether Beijing could go so far as to supply arms to Moscow which has supply problems.",
)
FOR_NOW = (
    S0,
    "“In addition, the Chinese are in a state of increasing confrontation with the United States and at the same time they do not want the situation to deteriorate too quickly. So, for now, they are holding back,” says the expert.",
)
IMPACT = (
    S1,
    "But experts believe that this will not have a strong impact on the meeting between the Russian and Chinese leaders.",
)
INVITE = (S1, "But Xi is doing his colleague a huge favor by accepting the invitation sent by Putin in December.")
ELITES = (
    S1,
    "Russian elites doubt that he can single-handedly withstand mounting Ukrainian and Western pressure, and hope that Xi will help him.",
)
NEUTRAL = (
    S1,
    "And while China says it is neutral in armed conflict, it notes that Xi has so far only discussed the matter with Putin, not Ukrainian President Volodymyr Zelensky.",
)
FEARS = (
    S1,
    "The West fears that Xi will eventually handle the matter, and Putin pledges heavy weapons. Although this will not happen openly, because China wants to avoid imposing sanctions on the country.",
)
TWOSIDES = (
    S2,
    "The two sides are to sign two major agreements to expand “comprehensive partnership” and “strategic cooperation”, according to the Kremlin.",
)
SHOIGU = (S2, "The Russian Defense Minister, Serghei Şoigu, will also participate in the meeting.")
CONCERNS = (
    S2,
    "The Chinese leader’s visit comes amid concerns that China may be preparing to provide lethal weapons to Russia for its war in Ukraine, which China denies.",
)
SUBMITTED = (
    S2,
    "At the same time, Beijing largely submitted to international sanctions against Moscow in order not to become the target of punitive measures.",
)
CONFIDENT = (
    S2,
    "“I am confident that the visit will be fruitful and give new impetus to the healthy and stable development of China-Russia relations through comprehensive partnership and strategic cooperation in a new era,” Xi said after arriving in Moscow, according to state-run Russian news agency Tass.",
)
WARRANT = (
    S3,
    "In March 2023, the International Criminal Court in The Hague issued an arrest warrant for Putin, accusing him of war crimes.",
)
LEADERS130 = (S3, "Xi Jinping has invited leaders from 130 countries to this event.")
SIDELINES = (
    S3,
    "The Kremlin's press service said that the dictator is going to hold talks with the presidents of Mongolia, Laos and Vietnam, as well as the prime ministers of Thailand and Pakistan on the sidelines of the forum.",
)
RIVALS = (
    S3,
    "The analysts reminded that China and the former Soviet Union were rivals during the Cold War for influence among leftist states, but have since become partners in the economic, military, and diplomatic spheres.",
)
UNLIMITED = (
    S3,
    'A few weeks before Russia\'s large-scale armed invasion of Ukraine in February 2022, Putin met with Xi Jinping in Beijing, and they signed an agreement promising "unlimited" relations.',
)
MEDIATOR = (
    S3,
    "However, Beijing's attempts to present itself as a neutral peace mediator in Russia's war with Ukraine were rejected by the international community.",
)
SECURITY = (
    S3,
    'Since both countries are "self-sufficient in terms of security" and benefit from the partnership, neither really needs security guarantees from the other.',
)
CONDEMNS = (
    S3,
    "China condemns the international sanctions imposed on Russia, but it has not directly addressed the arrest warrant for Putin issued by the International Criminal Court on charges of involvement in the abduction of thousands of children from Ukraine.",
)
BALANCE = (
    S3,
    "Beijing has sought to balance its ties with Tel Aviv with economic relations with Iran and Syria, which are strongly supported by the Kremlin.",
)
WEEK = (
    S4,
    "The Chinese leader will be in Russia from Monday to Wednesday, the Chinese Foreign Ministry and the Kremlin announced this Friday for talks with a strategic ally, a little more than a year after the start of the Russian offensive in Ukraine.",
)
ACCUSE = (
    S4,
    "The United States even accused China of considering arms delivery to Russia, which Beijing strongly denied. Despite these accusations, the two leaders are going to discuss military and technical cooperation, according to the Kremlin.",
)
AGENDA = (
    S4,
    "Vassily Kashin, a Moscow-based geopolitical expert, said the “economic agenda” is a dominant issue for Russia, which “it must reorient its economy towards China in the face of Western economic sanctions”related to the offensive in Ukraine.",
)
OLYMPICS = (
    S4,
    "Putin attended the opening of the Winter Olympics in Beijing last year, and the two leaders met in person at a regional security summit last September in Uzbekistan.",
)
NO_MEETINGS = (
    S4,
    "Since the start of the conflict, the Chinese president has not had any meetings with his Ukrainian counterpart, Volodymyr Zelensky.",
)
WSJ = (S4, "According to the Wall Street Journal, there could be a talk after Xi’s visit to Moscow.")
USHAKOV = (
    S4,
    "Ushakov also praised Xi’s “restraint” on the conflict in Ukraine, an issue in which China seeks to present itself as a mediator, despite diplomatic support given to Russia.",
)
EXTENT = (
    S4,
    "According to Ja-Ian Chong, associate professor at the National University of Singapore, the extent of China’s peace efforts “will depend on the substance of what it proposes in meetings” with Putin and eventually with the Ukrainian ruling class.",
)

TRUE = [
    (
        HOLDING_BACK,
        "Kashin said that China has its own interests, which could suffer if it starts supplying Russia with lethal weapons.",
    ),
    (HOLDING_BACK, "According to Vasily Kashin, delivering lethal weapons to Moscow could harm China's own interests."),
    (INTELLIGENCE, "US intelligence says that China is considering delivering weapons to Russia."),
    (INTELLIGENCE, "American intelligence admits it has seen no evidence so far of Chinese arms deliveries to Russia."),
    (INTELLIGENCE, "Washington's intelligence services say Beijing is considering weapons deliveries to Moscow."),
    (RISK, "Vasily Kashin believes the risk would be too great for Beijing."),
    (RISK, "The expert Vasily Kashin thinks it would be too risky for China."),
    (HOURS, "Xi and Putin spent nearly 4.5 hours in discussions."),
    (HOURS, "The two men had already talked for almost four and a half hours."),
    (VISIT, "Xi Jinping will visit Moscow for three days."),
    (VISIT, "The Chinese leader's visit to Russia will last three days."),
    (VISIT, "Xi is due in Moscow on Monday for a 3-day visit."),
    (ICC, "Neither Russia nor China recognizes the International Criminal Court."),
    (ICC, "Russia does not recognise the ICC."),
    (ICC, "China will not extradite Putin to The Hague."),
    (MARKETS, "The European and American markets are more important to Beijing than the Russian economy."),
    (MARKETS, "Russia has only 145 million people."),
    (RIFLES, "Politico reported that China is secretly supplying rifles and drone parts to Russia."),
    (RIFLES, "Beijing denies that it is secretly supplying rifles to Russia."),
    (PROMISE, "Galgamov says Xi will have to promise Putin at least something."),
    (GREETED, "Putin greeted Xi Jinping."),
    (GREETED, "Putin praised China's growth in recent years."),
    (PLAN, "Putin said he had carefully studied China's plan to end the war in Ukraine."),
    (
        PLAN,
        "The Chinese plan does not call for Russian troops to withdraw from Ukraine, which Putin said he had studied.",
    ),
    (CONDEMNED, "China has not condemned Russia's war against Ukraine."),
    (CONDEMNED, "Beijing takes part in peace negotiations and has not condemned the Russian war."),
    (FORUM, "Putin arrived in China on 17 October to take part in an economic forum."),
    (FORUM, "In October Vladimir Putin met Xi Jinping in China."),
    (
        ROME,
        "According to the arrest warrant, Putin can be arrested in any of the 123 countries that ratified the Rome Statute.",
    ),
    (LIFELINE, "Gabuev called China Russia's “economic lifeline”."),
    (LIFELINE, "Alexander Gabuev says China is an economic lifeline for Russia under harsh sanctions."),
    (ALLIANCE, "Gabuev thinks Russia and China are unlikely to create a full-fledged military alliance."),
    (ALLIANCE, "In Gabuev's opinion the defence cooperation between Moscow and Beijing will grow."),
    (DRONES, "Siluanov said that almost all of Russia's imported drones were provided by Beijing."),
    (DRONES, "Russia's finance minister Anton Siluanov said nearly all imported drones come from China."),
    (CEASEFIRE, "The United States opposes the call for a ceasefire, said John Kirby."),
    (CEASEFIRE, "Kirby said Washington believes a ceasefire would consolidate the Russian conquest."),
    (TALKS, "Qin Gang told Kuleba that Kiev and Moscow should hold peace talks."),
    (TALKS, "China's foreign minister Qin Gang insisted that Ukraine and Russia should hold peace talks."),
    (DOCUMENT, "China called for dialogue in a 12-point document."),
    (
        DOCUMENT,
        "Last month Beijing released a twelve-point document calling for dialogue and respect for territorial integrity.",
    ),
    (FIGHTERS, "The Kremlin promised that the MiG-29 fighters delivered by Poland and Slovakia will be destroyed."),
    (FIGHTERS, "Moscow denounced the growing involvement of NATO countries."),
    (LAST_VISIT, "Xi Jinping last visited Russia in 2019."),
    (LAST_VISIT, "The Chinese president's last visit to Russia was in 2019."),
    (
        PROPOSAL,
        "Ja-Ian Chong said the previous Chinese peace plan was more a series of general principles than an applicable proposal.",
    ),
    (
        TEMPT,
        "Russia might be tempted to accept transferring military technology to China in return for more economic cooperation.",
    ),
    (TEMPT, "Moscow needs economic cooperation to limit the effects of Western sanctions."),
    (CALLS_FOR_PEACE, "China officially calls for peace in Ukraine but does not condemn the Russian invasion."),
    (CALLS_FOR_PEACE, "Beijing has not condemned Russia's invasion of Ukraine."),
    (FOR_NOW, "Kashin said that for now the Chinese are holding back."),
    (FOR_NOW, "According to Kashin, China does not want its confrontation with the United States to worsen too fast."),
    (IMPACT, "Experts do not expect this to have a strong impact on the meeting of the two leaders."),
    (INVITE, "Putin invited Xi in December."),
    (INVITE, "Xi accepted an invitation that Putin had sent in December."),
    (ELITES, "Russian elites hope that Xi will help Putin."),
    (
        ELITES,
        "Galgamov says Russia's elites doubt that Putin can withstand the pressure of Ukraine and the West alone.",
    ),
    (NEUTRAL, "China says that it is neutral in the conflict."),
    (FEARS, "The West fears Putin will be promised heavy weapons."),
    (FEARS, "China wants to avoid sanctions, so this will not happen openly."),
    (TWOSIDES, "According to the Kremlin, Russia and China will sign two major agreements."),
    (TWOSIDES, "The Kremlin says two big agreements are to be signed to expand the partnership."),
    (SHOIGU, "Russia's defence minister Sergei Shoigu will take part in the meeting."),
    (CONCERNS, "China denies that it is preparing to provide lethal weapons to Russia."),
    (CONCERNS, "There are concerns that Beijing may provide Moscow with lethal weapons for its war."),
    (
        SUBMITTED,
        "China has largely complied with the international sanctions against Russia so as not to be punished itself.",
    ),
    (CONFIDENT, "Xi said he was confident that the visit would be fruitful."),
    (WARRANT, "The ICC issued a warrant for Putin's arrest in March 2023."),
    (WARRANT, "The International Criminal Court accuses Putin of war crimes."),
    (LEADERS130, "Leaders of 130 countries were invited by Xi Jinping."),
    (
        SIDELINES,
        "The Kremlin said Putin would meet the presidents of Mongolia, Laos and Vietnam on the sidelines of the forum.",
    ),
    (RIVALS, "China and the Soviet Union were rivals in the Cold War, analysts recalled."),
    (UNLIMITED, "Putin and Xi signed an agreement in Beijing a few weeks before the invasion of Ukraine."),
    (UNLIMITED, "Russia invaded Ukraine in February 2022."),
    (MEDIATOR, "The international community rejected Beijing's attempts to appear as a neutral mediator."),
    (SECURITY, "Gabuev said that neither Russia nor China needs security guarantees from the other."),
    (CONDEMNS, "China is against the international sanctions on Russia."),
    (CONDEMNS, "Beijing has not commented directly on the ICC's arrest warrant for Putin."),
    (WEEK, "Xi will be in Russia from Monday to Wednesday, the Kremlin announced."),
    (ACCUSE, "Beijing strongly denied the American accusation that it was considering arms deliveries to Russia."),
    (ACCUSE, "According to the Kremlin, Xi and Putin are going to discuss military and technical cooperation."),
    (AGENDA, "Kashin said that the economy is a dominant issue for Russia."),
    (OLYMPICS, "Putin was at the opening of the Winter Olympics in Beijing last year."),
    (OLYMPICS, "Xi and Putin met in Uzbekistan last September."),
    (NO_MEETINGS, "Xi has not met Zelensky since the conflict began."),
    (WSJ, "The Wall Street Journal reports that a conversation may follow Xi's trip to Moscow."),
    (USHAKOV, "Ushakov praised the restraint of Xi over the conflict in Ukraine."),
    (EXTENT, "Ja-Ian Chong said China's peace efforts will depend on what it proposes in its meetings with Putin."),
]

FALSE = [
    (
        "names",
        HOLDING_BACK,
        "Kashin said that Japan has its own interests, which could suffer if it starts supplying Russia with lethal weapons.",
    ),
    ("roles", HOLDING_BACK, "Kashin said that China could suffer if Russia starts supplying it with lethal weapons."),
    (
        "speaker",
        HOLDING_BACK,
        "China has its own interests, which could suffer if it starts supplying Russia with lethal weapons.",
    ),
    (
        "modality",
        HOLDING_BACK,
        "Kashin said that China's interests suffered when it supplied Russia with lethal weapons.",
    ),
    ("modality", INTELLIGENCE, "US intelligence says that China is delivering weapons to Russia."),
    ("modality", INTELLIGENCE, "US intelligence says that China has decided to deliver weapons to Russia."),
    ("negation", INTELLIGENCE, "US intelligence admits it has seen signs and evidence of it."),
    ("roles", INTELLIGENCE, "US intelligence says that Russia is considering delivering weapons to China."),
    ("speaker", INTELLIGENCE, "China is considering delivering weapons to Russia."),
    ("speaker", INTELLIGENCE, "Russia says that China is considering delivering weapons."),
    ("speaker", RISK, "Sergei Lavrov believes the risk would be too great for Beijing."),
    ("speaker", RISK, "Putin believes the risk would be too great for Beijing."),
    ("numbers", HOURS, "Xi and Putin spent nearly 6.5 hours in discussions."),
    ("numbers", HOURS, "The two men talked for nearly 4.5 days."),
    ("dates", HOURS, "They will get to the heart of the matter on Tuesday March 22."),
    ("dates", HOURS, "They will get to the heart of the matter on Wednesday."),
    ("numbers", VISIT, "Xi Jinping will visit Moscow for five days."),
    ("numbers", VISIT, "Xi Jinping will visit Moscow for a three-week visit."),
    ("dates", VISIT, "Xi Jinping will visit Moscow on Thursday."),
    ("names", VISIT, "Xi Jinping will visit Minsk on Monday."),
    ("modality", VISIT, "Xi Jinping visited Moscow for three days."),
    ("negation", ICC, "Both Russia and China recognize the ICC."),
    ("negation", ICC, "Russia will extradite Putin to The Hague."),
    ("names", ICC, "Neither Russia nor India recognizes the ICC."),
    ("roles", MARKETS, "The Russian economy is more important to Beijing than the European and American markets."),
    ("antonym", MARKETS, "The European and American markets are less important to Beijing than the Russian economy."),
    ("numbers", MARKETS, "Russia has only 154 million people."),
    ("antonym", RIFLES, "Politico reported that China is openly supplying rifles to Russia."),
    ("dates", RIFLES, "Politico reported last month that China is secretly supplying rifles to Russia."),
    ("speaker", RIFLES, "China is secretly supplying rifles to Russia."),
    ("roles", RIFLES, "Politico reported that Russia is secretly supplying rifles to China."),
    ("antonym", RIFLES, "Beijing confirms the report of Politico that China is secretly supplying rifles."),
    ("roles", PROMISE, "Galgamov says Putin will have to promise Xi something."),
    ("negation", PROMISE, "Galgamov says Xi will not have to promise anything to Putin."),
    ("roles", GREETED, "Putin was greeted by the Chinese leader."),
    ("antonym", GREETED, "Putin criticised China's growth in recent years."),
    ("negation", PLAN, "China's plan calls for the withdrawal of Russian troops from Ukraine, Putin said."),
    ("speaker", PLAN, "Xi said that he had carefully studied the proposal to end the war in Ukraine."),
    ("negation", PLAN, "Putin said that he had not studied China's proposal."),
    ("negation", CONDEMNED, "China has condemned Russia's war against Ukraine."),
    ("names", CONDEMNED, "China has not condemned Russia's war against Georgia."),
    ("dates", FORUM, "Putin arrived in China on 18 October."),
    ("dates", FORUM, "Putin arrived in China on the morning of November 17."),
    ("dates", FORUM, "On the evening of October 17 Putin arrived in China."),
    ("names", FORUM, "Putin arrived in India to participate in an economic forum."),
    ("roles", FORUM, "Xi Jinping arrived in Russia to participate in an economic forum."),
    (
        "numbers",
        ROME,
        "According to the warrant, he can be arrested in any of the 132 countries that have ratified the Rome Statute.",
    ),
    (
        "negation",
        ROME,
        "According to the warrant, he cannot be arrested in the 123 countries that have ratified the Rome Statute.",
    ),
    ("speaker", LIFELINE, "China is Russia's economic lifeline in the face of harsh sanctions."),
    ("roles", LIFELINE, "Gabuev called Russia China's economic lifeline."),
    ("negation", ALLIANCE, "Gabuev thinks Russia and China will create a full-fledged military alliance."),
    ("antonym", ALLIANCE, "Gabuev thinks the defence cooperation of Russia and China will shrink."),
    ("quantity", DRONES, "Siluanov said that all of the imported drones were provided by Beijing."),
    ("names", DRONES, "Siluanov said that almost all of the imported drones were provided by Tehran."),
    ("speaker", DRONES, "Almost all of the imported drones were provided by Beijing."),
    ("antonym", CEASEFIRE, "The United States supports the call for a ceasefire, said John Kirby."),
    ("speaker", CEASEFIRE, "The United States opposes the call for a ceasefire, said John Bolton."),
    ("negation", CEASEFIRE, "Kirby said the United States does not oppose the call for a ceasefire."),
    (
        "roles",
        TALKS,
        "Kuleba insisted in a telephone conversation with Qin Gang that Kiev and Moscow should hold peace talks.",
    ),
    ("dates", TALKS, "On Tuesday Qin Gang insisted that Kiev and Moscow should hold peace talks."),
    ("modality", TALKS, "Qin Gang insisted that Kiev and Moscow held peace talks."),
    ("numbers", DOCUMENT, "China called for dialogue in a 14-point document."),
    ("dates", DOCUMENT, "In a document released last year China called for dialogue."),
    ("antonym", DOCUMENT, "In a 12-point document China rejected dialogue."),
    (
        "roles",
        FIGHTERS,
        "The Kremlin promised that the fighters that Ukraine will deliver to Poland and Slovakia will be destroyed.",
    ),
    (
        "names",
        FIGHTERS,
        "The Kremlin promised that the MiG-29 fighters that Poland and Hungary will deliver to Ukraine will be destroyed.",
    ),
    (
        "modality",
        FIGHTERS,
        "The Kremlin said the MiG-29 fighters that Poland and Slovakia delivered to Ukraine were destroyed.",
    ),
    ("dates", LAST_VISIT, "Xi last visited Russia in 2018."),
    ("roles", LAST_VISIT, "Putin last visited Russia in 2019."),
    ("names", LAST_VISIT, "Xi last visited Iran in 2019."),
    (
        "speaker",
        PROPOSAL,
        "The previous peace plan was more a series of general principles than an applicable proposal.",
    ),
    (
        "speaker",
        PROPOSAL,
        "Vassily Kashin said the previous peace plan was more a series of general principles than an applicable proposal.",
    ),
    ("support", MARKETS, "Chinese exports of cars to Europe doubled."),
    ("support", VISIT, "Xi Jinping signed a gas contract in Moscow."),
    ("support", FORUM, "Putin and Xi Jinping discussed oil prices and a pipeline in China."),
    ("negation", TEMPT, "China plans to deliver weapons to Russia."),
    (
        "modality",
        TEMPT,
        "Moscow accepted transfers of military technology to China in exchange for economic cooperation.",
    ),
    ("negation", CALLS_FOR_PEACE, "China condemned the Russian invasion."),
    ("modality", CALLS_FOR_PEACE, "Beijing supplies arms to Moscow."),
    ("speaker", FOR_NOW, "For now, the Chinese are holding back."),
    ("speaker", FOR_NOW, "Putin said that for now the Chinese are holding back."),
    ("negation", FOR_NOW, "Kashin said the Chinese want the situation to deteriorate quickly."),
    ("negation", IMPACT, "Experts believe that this will have a strong impact on the meeting."),
    ("dates", INVITE, "Xi accepted the invitation that Putin sent in November."),
    ("roles", INVITE, "Putin accepted the invitation sent by Xi in December."),
    ("negation", ELITES, "Galgamov says Russian elites do not doubt that Putin can withstand the pressure."),
    ("roles", ELITES, "Galgamov says Chinese elites hope that Putin will help Xi."),
    ("negation", NEUTRAL, "Xi has discussed the matter with Zelensky."),
    ("roles", FEARS, "Russia fears that Xi pledges heavy weapons to the West."),
    ("modality", FEARS, "Xi has handled the matter, and heavy weapons were pledged to Putin."),
    ("numbers", TWOSIDES, "According to the Kremlin, the two sides are to sign three major agreements."),
    ("modality", TWOSIDES, "The two sides signed two major agreements, according to the Kremlin."),
    ("speaker", TWOSIDES, "Beijing said the two sides are to sign two major agreements."),
    ("names", SHOIGU, "The Russian foreign minister, Sergei Lavrov, will also participate in the meeting."),
    ("negation", SHOIGU, "Shoigu will not participate in the meeting."),
    ("modality", CONCERNS, "China is preparing to provide lethal weapons to Russia."),
    ("antonym", CONCERNS, "China confirms that it may be preparing to provide lethal weapons to Russia."),
    ("antonym", SUBMITTED, "Beijing largely opposed the international sanctions against Moscow."),
    ("speaker", CONFIDENT, "Putin said he was confident that the visit would be fruitful."),
    ("dates", WARRANT, "In May 2023, the International Criminal Court issued an arrest warrant for Putin."),
    ("names", WARRANT, "The International Criminal Court issued an arrest warrant for Xi."),
    ("numbers", LEADERS130, "Xi Jinping has invited leaders from 150 countries."),
    ("roles", LEADERS130, "Vladimir Putin has invited leaders from 130 countries to this event."),
    (
        "names",
        SIDELINES,
        "The Kremlin said that Putin is going to hold talks with the presidents of Mongolia, Laos and Indonesia.",
    ),
    (
        "modality",
        SIDELINES,
        "The Kremlin said that Putin held talks with the presidents of Mongolia, Laos and Vietnam.",
    ),
    ("antonym", RIVALS, "Analysts recalled that China and the Soviet Union were partners during the Cold War."),
    ("antonym", UNLIMITED, "A few weeks after Russia's invasion of Ukraine, Putin met Xi Jinping in Beijing."),
    ("dates", UNLIMITED, "Putin met with Xi a few weeks before Russia's invasion of Ukraine in March 2022."),
    (
        "antonym",
        MEDIATOR,
        "Beijing's attempts to present itself as a neutral mediator were welcomed by the international community.",
    ),
    ("negation", SECURITY, "Gabuev said both countries need security guarantees from each other."),
    ("negation", CONDEMNS, "China has directly addressed the arrest warrant for Putin."),
    ("antonym", CONDEMNS, "China supports the international sanctions imposed on Russia."),
    (
        "names",
        BALANCE,
        "Beijing has sought to balance its ties with Tel Aviv with economic relations with Iraq and Syria.",
    ),
    ("dates", WEEK, "The Chinese leader will be in Russia from Tuesday to Thursday, the Kremlin announced."),
    ("antonym", ACCUSE, "Beijing confirmed that it was considering arms delivery to Russia."),
    ("roles", ACCUSE, "China accused the United States of considering arms delivery to Russia."),
    ("negation", ACCUSE, "According to the Kremlin, the two leaders are not going to discuss military cooperation."),
    ("speaker", AGENDA, "Yuri Ushakov said the economic agenda is a dominant issue for Russia."),
    ("roles", AGENDA, "Kashin said China must reorient its economy towards Russia."),
    ("dates", OLYMPICS, "Putin and Xi met last October in Uzbekistan."),
    ("names", OLYMPICS, "The two leaders met last September in Kazakhstan."),
    ("negation", NO_MEETINGS, "Since the start of the conflict the Chinese president has had meetings with Zelensky."),
    ("modality", WSJ, "According to the Wall Street Journal, there was a talk after Xi's visit to Moscow."),
    ("speaker", WSJ, "There could be a talk after Xi's visit to Moscow."),
    ("speaker", WSJ, "According to Politico, there could be a talk after Xi's visit to Moscow."),
    ("antonym", USHAKOV, "Ushakov also criticised Xi's restraint on the conflict in Ukraine."),
    ("roles", USHAKOV, "Xi praised Ushakov's restraint on the conflict in Ukraine."),
    ("support", NO_MEETINGS, "The Chinese president spoke about gas prices."),
]
