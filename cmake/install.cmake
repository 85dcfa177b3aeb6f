# SPDX-License-Identifier: Apache-2.0
# What `cmake --install` puts where, so that find_package(discern) and pkg-config find it.
include(CMakePackageConfigHelpers)
set(config_folder ${CMAKE_INSTALL_LIBDIR}/cmake/discern)

install(TARGETS discern_core EXPORT discernTargets FILE_SET HEADERS)
install(TARGETS discern_sleuthkit EXPORT discernTargets FILE_SET HEADERS)
install(EXPORT discernTargets NAMESPACE discern:: DESTINATION ${config_folder})
configure_package_config_file(cmake/discernConfig.cmake.in discernConfig.cmake
  INSTALL_DESTINATION ${config_folder})
write_basic_package_version_file(discernConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/discernConfig.cmake
  ${CMAKE_CURRENT_BINARY_DIR}/discernConfigVersion.cmake DESTINATION ${config_folder})
# Relative, so that `cmake --install --prefix` and staged packages work.
file(RELATIVE_PATH prefix_from_pc /${CMAKE_INSTALL_LIBDIR}/pkgconfig /)
set(similarity_libraries "")
foreach(library SSDEEP TLSH)
  if(${library}_INCLUDE_DIR AND ${library}_LIBRARY)
    string(APPEND similarity_libraries " ${${library}_LIBRARY}")
  endif()
endforeach()
configure_file(cmake/discern.pc.in discern.pc @ONLY)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/discern.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
