//! Verbs that a statement may turn on, with the forms that a question needs.
//!
//! A closed list: a word that is not in it is not taken for a verb.

/// A verb: third person, base form, past, and the preposition it goes with.
pub(crate) struct Verb {
    pub(crate) third: &'static str,
    pub(crate) base: &'static str,
    pub(crate) past: &'static str,
    pub(crate) with: &'static [&'static str],
}

/// How a verb stands in its sentence.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    Third,
    Base,
    Past,
}

/// The verb that a lower-case word is a form of.
pub(crate) fn verb(word: &str) -> Option<(&'static Verb, Form)> {
    let found = |pick: fn(&Verb) -> &'static str| VERBS.iter().find(|verb| pick(verb) == word);
    found(|verb| verb.third)
        .map(|verb| (verb, Form::Third))
        .or_else(|| found(|verb| verb.base).map(|verb| (verb, Form::Base)))
        .or_else(|| found(|verb| verb.past).map(|verb| (verb, Form::Past)))
}

macro_rules! verbs {
    ($($third:literal $base:literal $past:literal [$($with:literal)*])*) => {
        &[$(Verb { third: $third, base: $base, past: $past, with: &[$($with),*] }),*]
    };
}

#[rustfmt::skip]
const VERBS: &[Verb] = verbs! {
    "accepts" "accept" "accepted" [] "acts" "act" "acted" ["as" "on"] "adds" "add" "added" [] "affects" "affect" "affected" []
    "aims" "aim" "aimed" ["at"] "allows" "allow" "allowed" [] "applies" "apply" "applied" ["to"] "asks" "ask" "asked" ["for"]
    "assigns" "assign" "assigned" [] "avoids" "avoid" "avoided" [] "becomes" "become" "became" [] "begins" "begin" "began" ["with"]
    "belongs" "belong" "belonged" ["to"] "binds" "bind" "bound" [] "brings" "bring" "brought" [] "builds" "build" "built" []
    "calculates" "calculate" "calculated" [] "calls" "call" "called" [] "carries" "carry" "carried" [] "catches" "catch" "caught" []
    "causes" "cause" "caused" [] "changes" "change" "changed" [] "checks" "check" "checked" ["for"] "combines" "combine" "combined" []
    "comes" "come" "came" ["from" "with"] "compares" "compare" "compared" [] "computes" "compute" "computed" []
    "connects" "connect" "connected" ["to"] "consists" "consist" "consisted" ["of"] "contains" "contain" "contained" []
    "controls" "control" "controlled" [] "converts" "convert" "converted" [] "copies" "copy" "copied" [] "covers" "cover" "covered" []
    "creates" "create" "created" [] "deals" "deal" "dealt" ["with"] "defines" "define" "defined" [] "deletes" "delete" "deleted" []
    "denotes" "denote" "denoted" [] "depends" "depend" "depended" ["on"] "describes" "describe" "described" []
    "determines" "determine" "determined" [] "develops" "develop" "developed" [] "differs" "differ" "differed" ["from"]
    "discovers" "discover" "discovered" [] "displays" "display" "displayed" [] "divides" "divide" "divided" [] "drops" "drop" "dropped" []
    "eats" "eat" "ate" [] "eliminates" "eliminate" "eliminated" [] "enables" "enable" "enabled" [] "ensures" "ensure" "ensured" []
    "evaluates" "evaluate" "evaluated" ["to"] "exits" "exit" "exited" [] "expects" "expect" "expected" [] "explains" "explain" "explained" []
    "extends" "extend" "extended" [] "extracts" "extract" "extracted" [] "finds" "find" "found" [] "follows" "follow" "followed" []
    "forces" "force" "forced" [] "forms" "form" "formed" [] "founds" "found" "founded" [] "gathers" "gather" "gathered" []
    "generates" "generate" "generated" [] "gets" "get" "got" [] "gives" "give" "gave" [] "governs" "govern" "governed" []
    "grows" "grow" "grew" [] "handles" "handle" "handled" [] "helps" "help" "helped" [] "holds" "hold" "held" [] "ignores" "ignore" "ignored" []
    "implements" "implement" "implemented" [] "implies" "imply" "implied" [] "improves" "improve" "improved" []
    "includes" "include" "included" [] "increases" "increase" "increased" [] "indicates" "indicate" "indicated" []
    "inherits" "inherit" "inherited" [] "inserts" "insert" "inserted" [] "introduces" "introduce" "introduced" []
    "invalidates" "invalidate" "invalidated" [] "invents" "invent" "invented" [] "involves" "involve" "involved" [] "joins" "join" "joined" []
    "keeps" "keep" "kept" [] "lacks" "lack" "lacked" [] "leads" "lead" "led" ["to"] "lets" "let" "let" [] "limits" "limit" "limited" []
    "links" "link" "linked" ["to"] "lists" "list" "listed" [] "loads" "load" "loaded" [] "loses" "lose" "lost" [] "maintains" "maintain" "maintained" []
    "makes" "make" "made" [] "manages" "manage" "managed" [] "maps" "map" "mapped" [] "marks" "mark" "marked" [] "matches" "match" "matched" []
    "means" "mean" "meant" [] "measures" "measure" "measured" [] "modifies" "modify" "modified" [] "moves" "move" "moved" []
    "needs" "need" "needed" [] "occurs" "occur" "occurred" [] "offers" "offer" "offered" [] "operates" "operate" "operated" ["on"]
    "opens" "open" "opened" [] "owns" "own" "owned" [] "performs" "perform" "performed" [] "points" "point" "pointed" ["to" "at"]
    "prevents" "prevent" "prevented" [] "prints" "print" "printed" [] "produces" "produce" "produced" [] "protects" "protect" "protected" []
    "proves" "prove" "proved" [] "provides" "provide" "provided" [] "publishes" "publish" "published" [] "pushes" "push" "pushed" []
    "raises" "raise" "raised" [] "reads" "read" "read" [] "receives" "receive" "received" [] "records" "record" "recorded" []
    "reduces" "reduce" "reduced" [] "refers" "refer" "referred" ["to"] "releases" "release" "released" [] "relies" "rely" "relied" ["on"]
    "removes" "remove" "removed" [] "replaces" "replace" "replaced" [] "represents" "represent" "represented" []
    "requests" "request" "requested" [] "requires" "require" "required" [] "resembles" "resemble" "resembled" []
    "results" "result" "resulted" ["in" "from"] "returns" "return" "returned" [] "reverses" "reverse" "reversed" [] "runs" "run" "ran" []
    "saves" "save" "saved" [] "selects" "select" "selected" [] "sends" "send" "sent" [] "separates" "separate" "separated" []
    "serves" "serve" "served" ["as"] "shares" "share" "shared" [] "shows" "show" "showed" [] "sorts" "sort" "sorted" []
    "specifies" "specify" "specified" [] "starts" "start" "started" ["with"] "stops" "stop" "stopped" [] "stores" "store" "stored" []
    "supports" "support" "supported" [] "takes" "take" "took" [] "teaches" "teach" "taught" [] "tells" "tell" "told" [] "tests" "test" "tested" []
    "tracks" "track" "tracked" [] "transfers" "transfer" "transferred" [] "treats" "treat" "treated" [] "tries" "try" "tried" []
    "triggers" "trigger" "triggered" [] "turns" "turn" "turned" ["into"] "uses" "use" "used" [] "wants" "want" "wanted" []
    "works" "work" "worked" ["with" "by"] "writes" "write" "wrote" [] "yields" "yield" "yielded" []
};
