// SPDX-License-Identifier: Apache-2.0
#include "opened.h"

#include <algorithm>
#include <cstdlib>

#include "discern/repair.h"

namespace discern::cli {

std::string cache_folder(const Options& options) {
  const char* const named = std::getenv("DISCERN_CACHE");
  const std::string folder = !options.cache.empty() ? options.cache : named ? named : "";
  return folder == "none" ? "" : folder;
}

namespace {

// Opens --second and lets the view `repaired` of `image` use it.
Result<std::shared_ptr<const Image>> open_second(const Options& options, Image& image) {
  auto second = open_image(options.second);
  if (!second) return second.error();
  report(second->findings, options);
  if (!image.disc || !second->disc)
    return Error{Errc::unsupported, "a second dump is of a disc", options.second};
  auto view = repaired_view(*image.disc, &*second->disc);
  if (!view) return Error{Errc::unsupported, "stores no parity to be repaired by", image.path};
  const auto known = std::ranges::find(image.views, std::string_view("repaired"), &View::name);
  if (known == image.views.end())
    image.views.push_back(std::move(*view));
  else
    *known = std::move(*view);
  return std::make_shared<const Image>(std::move(*second));
}

}  // namespace

Result<Opened> open_operand(const std::string& operand, const Options& options) {
  const ImageName name = parse_image_name(operand);
  std::string wanted = options.view.empty() ? name.view : options.view;
  if (!options.second.empty() && wanted.empty()) wanted = "repaired";
  auto image = open_image(name.path, {.format = options.format,
                                      .entry = options.entry,
                                      .cache_folder = cache_folder(options),
                                      .password = options.password,
                                      .repaired = options.repaired || wanted == "repaired"});
  if (!image) return image.error();
  Opened opened;
  if (!options.second.empty()) {
    auto second = open_second(options, *image);
    if (!second) return second.error();
    opened.second = std::move(*second);
  }
  opened.image = std::make_shared<const Image>(std::move(*image));
  opened.named = !wanted.empty();
  report(opened.image->findings, options);
  opened.view = wanted.empty() ? &opened.image->main_view() : opened.image->find_view(wanted);
  opened.walked = wanted.empty() ? &opened.image->file_system_view() : opened.view;
  if (opened.view) return opened;
  std::string text = "there is no view '" + wanted + "'; views:";
  for (const View& view : opened.image->views) text += " '" + view.name + "'";
  return Error{Errc::missing, text, name.path};
}

ExitStatus for_each_image(const Options& options,
                          const std::function<ExitStatus(const Opened& opened)>& work) {
  ExitStatus status = ExitStatus::consistent;
  for (const std::string& operand : options.operands) {
    if (interrupted()) return ExitStatus::interrupted;
    const auto opened = open_operand(operand, options);
    if (!opened) {
      report(opened.error());
      status = worst(status, ExitStatus::incomplete);
      continue;
    }
    status = worst(status, work(*opened));
  }
  return status;
}

ExitStatus status_of(const Findings& findings) {
  for (const Finding& finding : findings)
    if (finding.severity == Severity::damage) return ExitStatus::differs;
  return ExitStatus::consistent;
}

}  // namespace discern::cli
