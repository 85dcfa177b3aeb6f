// SPDX-License-Identifier: Apache-2.0
#include "opened.h"

#include <cstdlib>

namespace discern::cli {

std::string cache_folder(const Options& options) {
  const char* const named = std::getenv("DISCERN_CACHE");
  const std::string folder = !options.cache.empty() ? options.cache : named ? named : "";
  return folder == "none" ? "" : folder;
}

Result<Opened> open_operand(const std::string& operand, const Options& options) {
  const ImageName name = parse_image_name(operand);
  const std::string& wanted = options.view.empty() ? name.view : options.view;
  auto image = open_image(name.path, {.format = options.format,
                                      .entry = options.entry,
                                      .cache_folder = cache_folder(options),
                                      .password = options.password,
                                      .repaired = options.repaired || wanted == "repaired"});
  if (!image) return image.error();
  Opened opened{std::make_shared<const Image>(std::move(*image))};
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
