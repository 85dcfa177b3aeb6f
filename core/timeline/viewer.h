// SPDX-License-Identifier: Apache-2.0
// The fixed parts of the viewer's page.
#ifndef DISCERN_TIMELINE_VIEWER_H
#define DISCERN_TIMELINE_VIEWER_H

#include <string_view>

namespace discern {

extern const std::string_view kViewerStyle;
extern const std::string_view kViewerScript;

}  // namespace discern

#endif
