#!/bin/sh
# Builds the image that cloudbuild.yaml runs in, of images that are pinned by digest: a tag may be moved to other content.
# usage: build.sh DOCKER_IMAGE TERRAFORM_IMAGE NODE_IMAGE PYTHON_IMAGE
set -eu
for image in "$@"; do
  if ! printf '%s' "$image" | grep -Eq '^[a-z0-9./:_-]+@sha256:[0-9a-f]{64}$'; then
    echo "Expected an image pinned by digest, such as $image@sha256:<64 hex digits>. infra/DEPLOY.md, \"Images\", says how." >&2
    exit 1
  fi
done
exec docker build --tag tillpulse-builder --build-arg "TERRAFORM_IMAGE=$2" --build-arg "NODE_IMAGE=$3" --build-arg "PYTHON_IMAGE=$4" infra/builder
