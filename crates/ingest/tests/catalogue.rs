//! The shipped catalogue of outages against cases that model more or less of what failed.

use std::fs;

use ballast_ingest::{Case, Overrides, read_case};

/// A case with two AWS regions, one of another provider, and what `extra` adds.
fn case(extra: &[(&str, &str)]) -> Case {
    let dir = tempfile::tempdir().expect("a place to write");
    let files = [
        ("case.toml", "name = \"c\"\ncurrency = \"EUR\"\n[risk]\nyears = 10\n"),
        ("workloads.csv", "workload,vcpu,memory_gib\nshop,4,16\n"),
        (
            "sites.csv",
            "site,kind,provider,region_code,zones\nvirginia,region,aws,us-east-1,3\nfrankfurt,region,aws,eu-central-1,3\n\
             paris,region,gcp,europe-west9,3\nhall,onprem,own,,1\n",
        ),
        (
            "prices.csv",
            "site,resource,price,currency\nvirginia,vcpu_h,1,EUR\nvirginia,memory_gib_h,1,EUR\nfrankfurt,vcpu_h,1,EUR\n\
             frankfurt,memory_gib_h,1,EUR\nparis,vcpu_h,1,EUR\nparis,memory_gib_h,1,EUR\nhall,vcpu_h,1,EUR\nhall,memory_gib_h,1,EUR\n",
        ),
        ("patterns.csv", "pattern,primary_zones,standby,rto_h,rpo_h\nsingle,1,none,4,24\n"),
        ("hazards.csv", "hazard,domain,rate_per_year,duration_median_h\nh,virginia,1,8\n"),
    ];
    for (name, text) in files.iter().chain(extra) {
        fs::write(dir.path().join(name), text).expect("writable");
    }
    read_case(dir.path(), &Overrides::none()).unwrap_or_else(|found| panic!("{found}"))
}

/// The domains that go down in an event of the case; none if it does not touch the case.
fn down(case: &Case, event: &str) -> Option<Vec<String>> {
    let found = case.estate.events().iter().find(|known| known.id == event)?;
    Some(found.domains.iter().map(|id| case.estate.domain(*id).id.clone()).collect())
}

const DOMAINS: (&str, &str) = (
    "domains.csv",
    "domain,level,name,provider\nvirginia-b,zone,,aws\nvirginia-a,zone,,aws\nglobal,control_plane,,gcp\n\
     login,identity,,own\nagent,software,,crowdstrike\nseats,supplier,,kojima\naccount,provider,,gcp\n",
);
const EDGES: (&str, &str) =
    ("dependencies.csv", "child,parent,mode\nvirginia,virginia-b,run\nvirginia,virginia-a,run\n");

#[test]
fn an_event_takes_down_what_the_case_models_of_it() {
    let case = case(&[DOMAINS, EDGES]);
    let cases = [
        ("aws-2025-10-20", "virginia"),
        ("gcp-2023-04-26", "paris"),
        // One zone of the region: the first by id.
        ("aws-2011-04-21", "virginia-a"),
        // The control plane; for a sign-in outage too, as identity is not modelled.
        ("gcp-2025-06-12", "global"),
        ("gcp-2020-12-14", "global"),
        ("gcp-2024-05-02", "account"),
        ("jlr-2025-09-01", "login"),
        ("crowdstrike-2024-07-19", "agent"),
        ("kojima-2022-03-01", "seats"),
    ];
    for (event, domain) in cases {
        assert_eq!(down(&case, event).as_deref(), Some(&[domain.to_owned()][..]), "{event}");
    }
}

#[test]
fn what_the_case_does_not_model_was_not_hit() {
    let bare = case(&[]);
    for event in
        ["aws-2011-04-21", "gcp-2025-06-12", "crowdstrike-2024-07-19", "azure-2025-10-29", "ovh-2021-03-10"]
    {
        assert_eq!(down(&bare, event), None, "{event}");
    }
    assert!(down(&bare, "aws-2025-10-20").is_some());
    // Without a domain for the account, losing it is losing every site.
    assert_eq!(down(&bare, "gcp-2024-05-02"), Some(vec!["paris".to_owned()]));
}

#[test]
fn a_regional_event_of_another_level_takes_down_the_regions_own_part_of_it() {
    let sites = (
        "sites.csv",
        "site,kind,provider,region_code,zones\nvirginia,region,AWS,us-east-1,3\nohio,region,AWS,US-EAST-2,3\n\
         tokyo,region,AWS,ap-northeast-1,3\nseoul,region,AWS,ap-northeast-2,3\nholland,region,Azure,westeurope,3\n",
    );
    let domains = (
        "domains.csv",
        "domain,level,name,provider\nlink-us-east-2,network,,aws\nlink-us-east-20,network,,aws\ndirect,network,,aws\n\
         abroad,network,,aws\nresolver,dns,,aws\nworld,network,,azure\n",
    );
    let edges = (
        "dependencies.csv",
        "child,parent,mode\ntokyo,direct,degrade\nvirginia,abroad,degrade\ntokyo,abroad,degrade\nresolver,seoul,run\n\
         holland,world,run\nvirginia,world,degrade\n",
    );
    let prices = ["virginia", "ohio", "tokyo", "seoul", "holland"]
        .map(|site| format!("{site},vcpu_h,1,EUR\n{site},memory_gib_h,1,EUR\n"))
        .concat();
    let prices = ("prices.csv", &*format!("site,resource,price,currency\n{prices}"));
    let case = case(&[sites, domains, edges, prices]);
    for (event, domain) in [
        // By its name; the one of another region sounds alike.
        ("aws-2022-12-05", "link-us-east-2"),
        // By what hangs on it: only Tokyo; what serves other regions too is not Tokyo's.
        ("aws-2021-09-01", "direct"),
        // By the site that it runs on.
        ("aws-2018-11-21", "resolver"),
        // What serves the world is not the region's: its sites, then.
        ("azure-2023-07-05", "holland"),
        // A region, whatever its letters' case.
        ("aws-2025-10-20", "virginia"),
    ] {
        assert_eq!(down(&case, event), Some(vec![domain.to_owned()]), "{event}");
    }
}

#[test]
fn a_suppliers_outage_strikes_the_suppliers_that_the_case_has() {
    let named = case(&[(
        "domains.csv",
        "domain,level,name,provider\nwheels,supplier,,spokes\nseats,supplier,,Kojima\ntools,software,,spokes\n",
    )]);
    assert_eq!(down(&named, "kojima-2022-03-01"), Some(vec!["seats".to_owned()]));
    let others = case(&[(
        "domains.csv",
        "domain,level,name,provider\nwheels,supplier,,spokes\nglass,supplier,,\ntools,software,,spokes\n",
    )]);
    assert_eq!(down(&others, "kojima-2022-03-01"), Some(vec!["wheels".to_owned(), "glass".to_owned()]));
}

#[test]
fn an_event_of_ones_own_replaces_the_shipped_one_and_the_catalogue_can_be_left_out() {
    let own = (
        "events.csv",
        "event,title,start,duration_h,domains\naws-2025-10-20,Ours,,3,frankfurt\nfog,Fog,,2,hall\n",
    );
    let with = case(&[own]);
    assert_eq!(down(&with, "aws-2025-10-20"), Some(vec!["frankfurt".to_owned()]));
    assert_eq!(with.estate.events().iter().filter(|event| event.id == "aws-2025-10-20").count(), 1);
    assert_eq!(down(&with, "fog"), Some(vec!["hall".to_owned()]));
    let without =
        case(&[own, ("case.toml", "name = \"c\"\ncurrency = \"EUR\"\n[risk]\nyears = 10\ncatalogue = false\n")]);
    assert_eq!(without.estate.events().len(), 2);
}

#[test]
fn every_shipped_case_is_touched_by_many_events() {
    for name in ["automotive-aws", "automotive-azure", "multi-brand"] {
        let dir = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data/cases").join(name);
        let case = read_case(&dir, &Overrides::none()).unwrap_or_else(|found| panic!("{found}"));
        let events = case.estate.events();
        assert!(events.len() >= 20, "{name}: {}", events.len());
        assert!(events.iter().all(|event| !event.domains.is_empty()));
    }
}
