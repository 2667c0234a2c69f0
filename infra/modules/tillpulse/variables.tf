variable "project_id" {
  description = "The Google Cloud project that everything is in."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{4,28}[a-z0-9]$", var.project_id))
    error_message = "Expected a project id: 6 to 30 lower-case letters, digits and hyphens."
  }
}

variable "region" {
  description = "Where functions, cache, schedules and sources are."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z]+-[a-z]+[0-9]+$", var.region))
    error_message = "Expected a region such as europe-west1."
  }
}

variable "firestore_location" {
  description = "A region or multi-region of Firestore, near the functions. It can never be changed."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^([a-z]+-[a-z]+[0-9]+|nam[0-9]+|eur[0-9]+)$", var.firestore_location))
    error_message = "Expected a region, or a multi-region such as nam5 or eur3."
  }
}

variable "firestore_database" {
  description = "Id of the database. A restore makes one with another id, which is named here then."
  type        = string
  default     = "tillpulse"
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{2,61}[a-z0-9]$", var.firestore_database))
    error_message = "Expected 4 to 63 lower-case letters, digits and hyphens, starting with a letter."
  }
}

variable "bigquery_location" {
  description = "Where the archive of events is. It can never be changed."
  type        = string
  nullable    = false

  validation {
    condition     = length(var.bigquery_location) > 0
    error_message = "Expected a location such as EU or us-central1."
  }
}

variable "auth_issuer" {
  description = "Issuer of the bearer tokens, as in their claim iss."
  type        = string
  nullable    = false

  validation {
    condition     = startswith(var.auth_issuer, "https://")
    error_message = "Expected an https address."
  }
}

variable "auth_audience" {
  description = "Audience of the bearer tokens, as in their claim aud."
  type        = string
  nullable    = false

  validation {
    condition     = length(var.auth_audience) > 0
    error_message = "Expected an audience."
  }
}

variable "auth_jwks_url" {
  description = "Where the keys are that bearer tokens are checked with."
  type        = string
  nullable    = false

  validation {
    condition     = startswith(var.auth_jwks_url, "https://")
    error_message = "Expected an https address."
  }
}

variable "oidc_client_id" {
  description = "The dashboard's client at the issuer, for people to sign in; empty where they only come through Identity-Aware Proxy."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = can(regex("^[!-~]*$", var.oidc_client_id))
    error_message = "Expected the client's id, as the issuer shows it."
  }
}

variable "iap_audience" {
  description = "Audience of the header of Identity-Aware Proxy; empty where there is none before the functions."
  type        = string
  default     = ""
  nullable    = false
}

variable "iap_access" {
  description = "What people get whom Identity-Aware Proxy lets through: {e-mail address: {stores, roles}}; stores are a list of ids, or \"*\"."
  type        = any
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for email, access in var.iap_access : can(regex("^[^@ ]+@[^@ ]+$", email)) && can(length(access.roles)) && (can(length(access.stores)) || access.stores == "*")])
    error_message = "Expected entries such as \"ana@example.com\" = { stores = [\"s-1\"], roles = [\"viewer\"] }."
  }
}

variable "image_origins" {
  description = "Where pages may load product pictures from, such as https://cdn.example.com."
  type        = set(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for origin in var.image_origins : can(regex("^https://(\\*\\.)?[a-z0-9-]+(\\.[a-z0-9-]+)+(:[0-9]+)?$", origin))])
    error_message = "Expected origins such as https://cdn.example.com, without a path."
  }
}

variable "customer_api_endpoint" {
  description = "Where customers are looked up until config/customerLookup says otherwise; empty for nowhere."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = var.customer_api_endpoint == "" || startswith(var.customer_api_endpoint, "https://")
    error_message = "Expected an https address, or nothing."
  }
}

variable "customer_api_origins" {
  description = "Where customers may be looked up besides the origin of customer_api_endpoint: `stores` are the stores that an origin serves, left out for all."
  type        = list(object({ origin = string, stores = optional(list(string)) }))
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for one in var.customer_api_origins : can(regex("^https://[a-z0-9.-]+(:[0-9]+)?$", one.origin))])
    error_message = "Expected origins such as https://api.example.com, in lower case and without a path."
  }
}

variable "default_timezone" {
  description = "IANA time zone of stores that nobody set up."
  type        = string
  default     = "UTC"
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z]+(/[A-Za-z0-9_+-]+)*$", var.default_timezone))
    error_message = "Expected an IANA time zone such as America/Sao_Paulo."
  }
}

variable "stores" {
  description = "Whose events count: known, of stores that an admin created, or any, whose first event creates the store."
  type        = string
  default     = "known"
  nullable    = false

  validation {
    condition     = contains(["any", "known"], var.stores)
    error_message = "Expected any or known."
  }
}

variable "schedule_timezone" {
  description = "IANA time zone that schedules are meant in."
  type        = string
  default     = "UTC"
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z]+(/[A-Za-z0-9_+-]+)*$", var.schedule_timezone))
    error_message = "Expected an IANA time zone."
  }
}

variable "log_level" {
  description = "From which level functions log."
  type        = string
  default     = "INFO"
  nullable    = false

  validation {
    condition     = contains(["DEBUG", "INFO", "WARNING", "ERROR"], var.log_level)
    error_message = "Expected DEBUG, INFO, WARNING or ERROR."
  }
}

variable "trace_share" {
  description = "Which share of traces is recorded, from an event's publication to its commit and the cache; 0 for none."
  type        = number
  default     = 0
  nullable    = false

  validation {
    condition     = var.trace_share >= 0 && var.trace_share <= 1
    error_message = "Expected a share from 0 to 1."
  }
}

variable "unpaid_after_hours" {
  description = "Hours after which an unpaid order expires."
  type        = number
  default     = 24
  nullable    = false

  validation {
    condition     = var.unpaid_after_hours >= 1 && var.unpaid_after_hours <= 8784 && floor(var.unpaid_after_hours) == var.unpaid_after_hours
    error_message = "Expected a whole number from 1 to 8784."
  }
}

variable "unpaid_status_codes" {
  description = "Status codes by which an order still awaits its payment; any other code says that it progressed."
  type        = set(number)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for code in var.unpaid_status_codes : code >= 0 && code <= 99 && floor(code) == code && !contains([8, 9, 10], code)])
    error_message = "Expected whole numbers from 0 to 99 other than 8, 9 and 10."
  }
}

variable "subject_baskets_per_minute" {
  description = "How many baskets with an identifier one caller may start in a store in a minute."
  type        = number
  default     = 60
  nullable    = false

  validation {
    condition     = var.subject_baskets_per_minute >= 1 && var.subject_baskets_per_minute <= 100000 && floor(var.subject_baskets_per_minute) == var.subject_baskets_per_minute
    error_message = "Expected a whole number from 1 to 100000."
  }
}

variable "store_baskets_per_minute" {
  description = "How many baskets with an identifier may be started in one store in a minute, by all callers together."
  type        = number
  default     = 600
  nullable    = false

  validation {
    condition     = var.store_baskets_per_minute >= 1 && var.store_baskets_per_minute <= 100000 && floor(var.store_baskets_per_minute) == var.store_baskets_per_minute
    error_message = "Expected a whole number from 1 to 100000."
  }
}

variable "subject_range_months_per_minute" {
  description = "How many months of ranges of days one caller may read in a store in a minute."
  type        = number
  default     = 300
  nullable    = false

  validation {
    condition     = var.subject_range_months_per_minute >= 1 && var.subject_range_months_per_minute <= 100000 && floor(var.subject_range_months_per_minute) == var.subject_range_months_per_minute
    error_message = "Expected a whole number from 1 to 100000."
  }
}

variable "store_range_months_per_minute" {
  description = "How many months of ranges of days may be read in one store in a minute, by all callers together."
  type        = number
  default     = 3000
  nullable    = false

  validation {
    condition     = var.store_range_months_per_minute >= 1 && var.store_range_months_per_minute <= 100000 && floor(var.store_range_months_per_minute) == var.store_range_months_per_minute
    error_message = "Expected a whole number from 1 to 100000."
  }
}

variable "most_range_reads" {
  description = "How many tallies of products, and as many of coupons, one range of days may read; each takes about a kilobyte of memory while it is summed."
  type        = number
  default     = 20000
  nullable    = false

  validation {
    condition     = var.most_range_reads >= 1 && var.most_range_reads <= 1000000 && floor(var.most_range_reads) == var.most_range_reads
    error_message = "Expected a whole number from 1 to 1000000."
  }
}

variable "most_expired_per_run" {
  description = "How many unpaid orders expire in one run, at most."
  type        = number
  default     = 1000
  nullable    = false

  validation {
    condition     = var.most_expired_per_run >= 1 && var.most_expired_per_run <= 100000 && floor(var.most_expired_per_run) == var.most_expired_per_run
    error_message = "Expected a whole number from 1 to 100000."
  }
}

variable "retention_days" {
  description = "How many days documents with personal data are kept: baskets, answers of the customer API, the log of its calls, and events of baskets that could not be published."
  type = object({
    baskets      = optional(number, 90)
    lookups      = optional(number, 30)
    lookup_calls = optional(number, 90)
    outbox       = optional(number, 30)
  })
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for days in values(var.retention_days) : days >= 1 && days <= 3650 && floor(days) == days])
    error_message = "Expected whole numbers from 1 to 3650."
  }
}

variable "defer" {
  description = "For which stores group commits defer the tallies to the function fold: auto for those that are measured as hot, always or never."
  type        = string
  default     = "auto"

  validation {
    condition     = contains(["auto", "always", "never"], var.defer)
    error_message = "Expected auto, always or never."
  }
}

variable "group_wait_ms" {
  description = "How long events that an instance handles at the same time wait for each other at most, to be one commit."
  type        = number
  default     = 5
  nullable    = false

  validation {
    condition     = var.group_wait_ms >= 1 && var.group_wait_ms <= 1000 && floor(var.group_wait_ms) == var.group_wait_ms
    error_message = "Expected a whole number from 1 to 1000."
  }
}

variable "secret_versions" {
  description = "Versions of the secrets that functions are given: {environment variable: number}. One that is not named is not given. What a payment provider's must look like: docs/EVENTS.md, \"Payment webhooks\"."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for version in values(var.secret_versions) : can(regex("^[1-9][0-9]*$", version))])
    error_message = "Expected numbers: with latest, instances would disagree, and a roll-back would not roll back."
  }
}

variable "domain" {
  description = "Name at which browsers, tills and payment providers reach the functions, through a load balancer; empty for the functions' own run.app addresses."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = var.domain == "" || can(regex("^[a-z0-9-]+(\\.[a-z0-9-]+)+$", var.domain))
    error_message = "Expected a name such as tillpulse.example.com, or nothing."
  }
}

variable "requests_per_minute" {
  description = "How many requests one address may send to the load balancer in a minute; payment providers may send ten times as many. All tills of a shop may share one address."
  type        = number
  default     = 3000
  nullable    = false

  validation {
    condition     = var.requests_per_minute >= 1 && var.requests_per_minute <= 100000 && floor(var.requests_per_minute) == var.requests_per_minute
    error_message = "Expected a whole number from 1 to 100000."
  }
}

variable "largest_body_bytes" {
  description = "Longest body that the load balancer lets through, where the request says how long it is; functions have limits of their own for the rest."
  type        = number
  default     = 1000000
  nullable    = false

  validation {
    condition     = var.largest_body_bytes >= 65536 && floor(var.largest_body_bytes) == var.largest_body_bytes
    error_message = "Expected a whole number, 65536 or more."
  }
}

variable "iap_members" {
  description = "Who passes Identity-Aware Proxy to the dashboard, such as group:shop@example.com; empty for no proxy before it."
  type        = set(string)
  default     = []
  nullable    = false

  validation {
    condition     = length(var.iap_members) == 0 || var.domain != ""
    error_message = "Identity-Aware Proxy needs the load balancer: set domain too."
  }
}

variable "callers" {
  description = "Who may call an HTTP function that is not public, besides operators: {function: members}, such as the tills' service accounts."
  type        = map(set(string))
  default     = {}
  nullable    = false

  validation {
    condition     = length(setsubtract(keys(var.callers), ["dashboard", "graphql", "payments", "reconcile"])) == 0 && alltrue([for member in flatten([for members in values(var.callers) : tolist(members)]) : can(regex("^(user|group|serviceAccount|domain|principal|principalSet):.+", member))])
    error_message = "Expected functions that serve HTTP, and members such as serviceAccount:till@my-project.iam.gserviceaccount.com."
  }
}

variable "public_functions" {
  description = "HTTP functions that anybody may call; they check tokens or signatures themselves."
  type        = set(string)
  default     = ["dashboard", "graphql", "payments"]
  nullable    = false

  validation {
    condition     = length(setsubtract(var.public_functions, ["dashboard", "graphql", "payments"])) == 0
    error_message = "Expected none but dashboard, graphql and payments."
  }
}

variable "operators" {
  description = "Who may call the HTTP functions that are not public, such as group:ops@example.com."
  type        = set(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for member in var.operators : can(regex("^(user|group|serviceAccount|domain|principal|principalSet):.+", member))])
    error_message = "Expected members such as group:ops@example.com."
  }
}

variable "min_instances" {
  description = "Instances that are always there: {function: number}, 0 where not named."
  type        = map(number)
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for count in values(var.min_instances) : count >= 0 && count <= 100])
    error_message = "Expected 0 to 100."
  }
}

variable "max_instances" {
  description = "Instances at most: {function: number}."
  type        = map(number)
  # Each instance of fold keeps to one write a second of each tally.
  default  = { expire-unpaid = 1, fold = 4, reconcile = 2, reconcile-all = 1, sweep-baskets = 1, warm-cards = 1 }
  nullable = false

  validation {
    condition     = alltrue([for count in values(var.max_instances) : count >= 1 && count <= 1000])
    error_message = "Expected 1 to 1000."
  }
}

variable "default_max_instances" {
  description = "Instances at most of functions that max_instances does not name."
  type        = number
  default     = 40
  nullable    = false

  validation {
    condition     = var.default_max_instances >= 1 && var.default_max_instances <= 1000
    error_message = "Expected 1 to 1000."
  }
}

variable "hold_traffic" {
  description = "Whether new revisions get no traffic until `make shift` gives it to them in steps. Not for a first deploy."
  type        = bool
  default     = false
  nullable    = false
}

variable "functions_cidr" {
  description = "Addresses for functions that reach the cache: /26 or larger, more for many instances."
  type        = string
  default     = "10.64.0.0/22"
  nullable    = false

  validation {
    condition     = can(cidrhost(var.functions_cidr, 0)) && tonumber(split("/", var.functions_cidr)[1]) <= 26
    error_message = "Expected a range of addresses of /26 or larger."
  }
}

variable "cache_cidr" {
  description = "Addresses for the endpoints of the cache."
  type        = string
  default     = "10.64.4.0/28"
  nullable    = false

  validation {
    condition     = can(cidrhost(var.cache_cidr, 0)) && tonumber(split("/", var.cache_cidr)[1]) <= 29
    error_message = "Expected a range of addresses of /29 or larger."
  }
}

variable "cache_node_type" {
  description = "Size of a node of the cache."
  type        = string
  default     = "SHARED_CORE_NANO"
  nullable    = false

  validation {
    condition     = contains(["SHARED_CORE_NANO", "STANDARD_SMALL", "HIGHMEM_MEDIUM", "HIGHMEM_XLARGE"], var.cache_node_type)
    error_message = "Expected SHARED_CORE_NANO, STANDARD_SMALL, HIGHMEM_MEDIUM or HIGHMEM_XLARGE."
  }
}

variable "cache_replicas" {
  description = "Copies of the cache beside the first, in other zones."
  type        = number
  default     = 0
  nullable    = false

  validation {
    condition     = contains([0, 1, 2], var.cache_replicas)
    error_message = "Expected 0, 1 or 2."
  }
}

variable "protect" {
  description = "Whether database, archive, cache and sources are protected from deletion. `make destroy` needs it false, applied."
  type        = bool
  default     = true
  nullable    = false
}

variable "daily_backup_days" {
  description = "How many days a daily backup is kept."
  type        = number
  default     = 7
  nullable    = false

  validation {
    condition     = var.daily_backup_days >= 1 && var.daily_backup_days <= 98
    error_message = "Expected 1 to 98 days."
  }
}

variable "weekly_backup_weeks" {
  description = "How many weeks a weekly backup is kept."
  type        = number
  default     = 14
  nullable    = false

  validation {
    condition     = var.weekly_backup_weeks >= 1 && var.weekly_backup_weeks <= 14
    error_message = "Expected 1 to 14 weeks."
  }
}

variable "kms_key" {
  description = "Key of Cloud KMS for everything that is kept: database, topics, archive, sources, images, secrets and cache; empty for Google's keys. It must be in each one's location, and can't be changed for the database."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = var.kms_key == "" || can(regex("^projects/[^/]+/locations/[^/]+/keyRings/[^/]+/cryptoKeys/[^/]+$", var.kms_key))
    error_message = "Expected projects/<project>/locations/<location>/keyRings/<ring>/cryptoKeys/<key>, or nothing."
  }

  validation {
    condition     = var.kms_key == "" || strcontains(var.kms_key, "/locations/${var.region}/") && var.firestore_location == var.region && lower(var.bigquery_location) == var.region
    error_message = "One key serves one location: region, firestore_location, bigquery_location and the key's location must be the same."
  }
}

variable "archived_topics" {
  description = "Topics whose events are kept in BigQuery for good. By default those that a recount needs: the others tell of people."
  type        = set(string)
  default     = ["order-created", "order-status-changed", "customer-registered", "email-confirmed"]
  nullable    = false

  validation {
    condition     = !contains(var.archived_topics, "dead-letters")
    error_message = "Dead letters are kept by their function."
  }
}

variable "tenant_publishers" {
  description = "Publishers who may speak for one store alone, on topics of their own: {name: store, IAM members, topics}; acme publishes to order-created.acme."
  type = map(object({
    store_id = string
    members  = set(string)
    topics   = optional(set(string), ["order-created", "order-status-changed", "customer-registered", "email-confirmed", "basket-started"])
  }))
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for name in keys(var.tenant_publishers) : can(regex("^[a-z][a-z0-9-]{0,39}$", name))])
    error_message = "Expected names of small letters, digits and hyphens."
  }
  validation {
    condition     = alltrue([for publisher in values(var.tenant_publishers) : length(publisher.store_id) > 0 && length(publisher.store_id) <= 200])
    error_message = "Expected a store_id of 1 to 200 characters for each publisher."
  }
  validation {
    condition = alltrue([
      for publisher in values(var.tenant_publishers) :
      length(setsubtract(publisher.topics, ["order-created", "order-status-changed", "customer-registered", "email-confirmed", "basket-started"])) == 0
    ])
    error_message = "Expected topics that shops publish to: order-created, order-status-changed, customer-registered, email-confirmed, basket-started."
  }
}

variable "alert_emails" {
  description = "Who is written to when something is wrong."
  type        = set(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for address in var.alert_emails : can(regex("^[^@ ]+@[^@ ]+$", address))])
    error_message = "Expected addresses of e-mail."
  }
}

variable "backlog_alert_seconds" {
  description = "How old the oldest unacknowledged message may be."
  type        = number
  default     = 300
  nullable    = false

  validation {
    condition     = var.backlog_alert_seconds >= 60
    error_message = "Expected 60 seconds or more."
  }
}

variable "card_alert_ms" {
  description = "The alert \"cards are slow\": how long calculating or writing a group's cards may take, in milliseconds; 95th percentile."
  type        = number
  default     = 1000
  nullable    = false

  validation {
    condition     = var.card_alert_ms > 0
    error_message = "Expected a positive number of milliseconds."
  }
}

variable "fresh_within_seconds" {
  description = "How old an order may be when it is counted, to be fresh; 99 of 100 should be."
  type        = number
  default     = 5
  nullable    = false

  validation {
    condition     = var.fresh_within_seconds >= 1 && var.fresh_within_seconds <= 3600
    error_message = "Expected 1 to 3600 seconds."
  }
}

variable "error_alert_share" {
  description = "Which share of answers may be errors."
  type        = number
  default     = 0.05
  nullable    = false

  validation {
    condition     = var.error_alert_share > 0 && var.error_alert_share < 1
    error_message = "Expected a share between 0 and 1."
  }
}

variable "billing_account" {
  description = "Billing account for the budget, such as 000000-000000-000000; empty for no budget."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = var.billing_account == "" || can(regex("^[0-9A-F]{6}-[0-9A-F]{6}-[0-9A-F]{6}$", var.billing_account))
    error_message = "Expected an id such as 01AB23-45CD67-89EF01, or nothing."
  }
}

variable "audit_retention_days" {
  description = "How long audit lines are kept."
  type        = number
  default     = 400
  nullable    = false

  validation {
    condition     = var.audit_retention_days >= 1 && var.audit_retention_days <= 3650 && floor(var.audit_retention_days) == var.audit_retention_days
    error_message = "Expected a whole number of days from 1 to 3650."
  }
}

variable "audit_locked" {
  description = "Whether nobody may shorten the retention or delete the bucket of audit lines. It can't be taken back."
  type        = bool
  default     = false
  nullable    = false
}

variable "monthly_budget" {
  description = "Costs of a month that are warned of at 50, 90 and 100 percent."
  type        = number
  default     = 100
  nullable    = false

  validation {
    condition     = var.monthly_budget >= 1 && floor(var.monthly_budget) == var.monthly_budget
    error_message = "Expected a whole number."
  }
}

variable "budget_currency" {
  description = "Currency of the billing account."
  type        = string
  default     = "USD"
  nullable    = false

  validation {
    condition     = can(regex("^[A-Z]{3}$", var.budget_currency))
    error_message = "Expected a currency such as USD."
  }
}
