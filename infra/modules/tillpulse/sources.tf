# The archives of `make stage`: named by content, so an unchanged folder changes nothing here.

resource "google_storage_bucket" "sources" {
  #checkov:skip=CKV_GCP_62:Only deploys and builds read it; a project that must know switches on Data Access audit logs, which need no second bucket

  project                     = var.project_id
  name                        = "${var.project_id}-tillpulse-sources"
  location                    = var.region
  uniform_bucket_level_access = true
  public_access_prevention    = "enforced"
  force_destroy               = !var.protect

  dynamic "encryption" {
    for_each = local.own_key
    content {
      default_kms_key_name = encryption.value
    }
  }

  versioning {
    enabled = true
  }

  lifecycle_rule {
    action {
      type = "Delete"
    }
    condition {
      days_since_noncurrent_time = 90
    }
  }

  depends_on = [google_project_service.required]
}

resource "google_storage_bucket_object" "source" {
  for_each = local.archives

  bucket = google_storage_bucket.sources.name
  name   = each.value
  source = "${local.infra}/../dist/archives/${each.value}"
}

# What each archive is made of besides our code, in CycloneDX.
resource "google_storage_bucket_object" "bill" {
  for_each = local.archives

  bucket = google_storage_bucket.sources.name
  name   = "sbom/${trimsuffix(each.value, ".zip")}.cdx.json"
  source = "${local.infra}/../dist/sbom/${trimsuffix(each.value, ".zip")}.cdx.json"
}

# Images of functions. Cloud Run keeps its own copy of what a revision runs, so old ones may go.
resource "google_artifact_registry_repository" "images" {
  #checkov:skip=CKV_GCP_84:Google's keys encrypt it unless var.kms_key names one; an image can be built again

  project       = var.project_id
  location      = var.region
  repository_id = "tillpulse"
  description   = "Images of Tillpulse's functions"
  format        = "DOCKER"
  kms_key_name  = one(local.own_key)

  cleanup_policies {
    id     = "delete-old"
    action = "DELETE"

    condition {
      older_than = "2592000s" # 30 days
    }
  }

  cleanup_policies {
    id     = "keep-last"
    action = "KEEP"

    most_recent_versions {
      keep_count = 5
    }
  }

  depends_on = [google_project_service.required]
}

# Builds of functions run as this account, not as the project's default one.
resource "google_service_account" "build" {
  project      = var.project_id
  account_id   = "tillpulse-build"
  display_name = "Tillpulse: builds functions"

  depends_on = [google_project_service.required]
}

resource "google_project_iam_member" "build" {
  for_each = toset(["roles/artifactregistry.writer", "roles/logging.logWriter"])

  project = var.project_id
  role    = each.value
  member  = google_service_account.build.member
}

resource "google_project_iam_member" "build_reads_sources" {
  project = var.project_id
  role    = "roles/storage.objectAdmin" # Google's builds copy the source to a bucket of their own first
  member  = google_service_account.build.member

  condition {
    title      = "buckets-of-sources"
    expression = "resource.name.startsWith(\"projects/_/buckets/gcf-v2-\") || resource.name.startsWith(\"projects/_/buckets/${google_storage_bucket.sources.name}\")"
  }
}
