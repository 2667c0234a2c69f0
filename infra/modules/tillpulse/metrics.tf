# Metrics from the one line that each handled event leaves.

locals {
  event_lines = "resource.type=\"cloud_run_revision\" AND jsonPayload.message=\"event handled\""

  measured = {
    "tillpulse/event_duration" = { field = "durationMs", description = "How long an event took" }
    "tillpulse/event_age"      = { field = "messageAgeMs", description = "How long after its publication an event was handled" }
    "tillpulse/card_metrics"   = { field = "calculationMs", description = "How long the metrics of a group's customers took, reads included" }
    "tillpulse/card_update"    = { field = "cacheMs", description = "How long their cards took to write" }
    "tillpulse/delta_age"      = { field = "oldestDeltaMs", description = "How old the oldest delta of a hot store was when it was folded" }
  }
}

resource "google_logging_metric" "events" {
  project     = var.project_id
  name        = "tillpulse/events"
  description = "Events by function and by what became of them"
  filter      = local.event_lines

  metric_descriptor {
    metric_kind = "DELTA"
    value_type  = "INT64"
    unit        = "1"

    labels {
      key         = "function"
      value_type  = "STRING"
      description = "The entry point"
    }
    labels {
      key         = "outcome"
      value_type  = "STRING"
      description = "applied, duplicate, ignored, failed, dead_letter, kept, retry"
    }
    labels {
      key         = "cache"
      value_type  = "STRING"
      description = "What became of the customer's card: stored, newer_kept, failed"
    }
    labels {
      key         = "error"
      value_type  = "STRING"
      description = "What failed, by its kind"
    }
    labels {
      key         = "lookup"
      value_type  = "STRING"
      description = "How the customer's lookup for a basket ended: FOUND, NOT_FOUND, FAILED, GUEST"
    }
  }

  label_extractors = {
    function = "EXTRACT(jsonPayload.function)"
    outcome  = "EXTRACT(jsonPayload.outcome)"
    cache    = "EXTRACT(jsonPayload.cacheOutcome)"
    error    = "EXTRACT(jsonPayload.error)"
    lookup   = "EXTRACT(jsonPayload.lookupStatus)"
  }

  depends_on = [google_project_service.required]
}

resource "google_logging_metric" "missing_orders" {
  project         = var.project_id
  name            = "tillpulse/missing_orders"
  description     = "Orders of which only statuses are known, an hour or longer, as each run of expire-unpaid counts them"
  filter          = "resource.type=\"cloud_run_revision\" AND jsonPayload.message=\"unpaid orders expired\""
  value_extractor = "EXTRACT(jsonPayload.missingOrders)"

  metric_descriptor {
    metric_kind = "DELTA"
    value_type  = "DISTRIBUTION"
    unit        = "1"
  }

  bucket_options {
    exponential_buckets {
      num_finite_buckets = 20
      growth_factor      = 2
      scale              = 1
    }
  }

  depends_on = [google_project_service.required]
}

resource "google_logging_metric" "measured" {
  for_each = local.measured

  project         = var.project_id
  name            = each.key
  description     = each.value.description
  filter          = "${local.event_lines} AND jsonPayload.${each.value.field}>=0"
  value_extractor = "EXTRACT(jsonPayload.${each.value.field})"

  metric_descriptor {
    metric_kind = "DELTA"
    value_type  = "DISTRIBUTION"
    unit        = "ms"

    labels {
      key         = "function"
      value_type  = "STRING"
      description = "The entry point"
    }
  }

  label_extractors = {
    function = "EXTRACT(jsonPayload.function)"
  }

  bucket_options {
    exponential_buckets {
      num_finite_buckets = 40
      growth_factor      = 1.5
      scale              = 1
    }
  }

  depends_on = [google_project_service.required]
}

# Recounts of a store's month, and those that disagreed with the dashboard.
resource "google_logging_metric" "recounts" {
  for_each = {
    "tillpulse/reconciled" = ""
    "tillpulse/drifted"    = " AND severity>=ERROR"
  }

  project     = var.project_id
  name        = each.key
  description = each.value == "" ? "Recounts of a month" : "Recounts of a month that found drift"
  filter      = "resource.type=\"cloud_run_revision\" AND jsonPayload.message=\"tallies reconciled\"${each.value}"

  metric_descriptor {
    metric_kind = "DELTA"
    value_type  = "INT64"
    unit        = "1"
  }

  depends_on = [google_project_service.required]
}
