# SPDX-License-Identifier: Apache-2.0
# Debian packages, one for each component of install():
#   cmake --preset package && cmake --build --preset package && cpack --config build/package/CPackConfig.cmake
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_VERSION ${PROJECT_VERSION})
set(CPACK_PACKAGE_CONTACT "Seed a0918e89 maintainers <maintainers@users.noreply.r-seed-a0918e89.example>")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_ENABLE_COMPONENT_DEPENDS ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_COMPONENTS_ALL tools runtime development python)

# component, package, section, summary, text (one paragraph)
function(discern_package component name section summary text)
  string(TOUPPER ${component} upper)
  set(CPACK_DEBIAN_${upper}_PACKAGE_NAME ${name} PARENT_SCOPE)
  set(CPACK_DEBIAN_${upper}_PACKAGE_SECTION ${section} PARENT_SCOPE)
  set(CPACK_DEBIAN_${upper}_DESCRIPTION "${summary}\n${text}" PARENT_SCOPE)
  # Policy wants these in every package.
  set(folder ${CMAKE_CURRENT_BINARY_DIR}/debian/${name})
  file(MAKE_DIRECTORY ${folder})
  configure_file(cmake/debian/copyright ${folder}/copyright COPYONLY)
  file(READ cmake/debian/changelog changelog)
  string(CONFIGURE "${changelog}" changelog @ONLY)
  file(WRITE ${folder}/changelog "${changelog}")
  execute_process(COMMAND gzip -9nf ${folder}/changelog)
  install(FILES ${folder}/copyright ${folder}/changelog.gz
    DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/${name} COMPONENT ${component})
endfunction()

discern_package(tools discern-tools utils
  "raw disk and disc images as evidence"
  "Opens floppy images, IMZ and raw CDs read-only, hashes and verifies them,
lists and carves their files, writes timelines and reports, and lets the
programs of The Sleuth Kit read such images like any other.")
set(CPACK_DEBIAN_TOOLS_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_TOOLS_PACKAGE_RECOMMENDS sleuthkit)

discern_package(development libdiscern-dev libdevel
  "raw disk and disc images as evidence - C++ libraries"
  "Headers and static libraries of discern: images, discs, file systems,
digests, timelines and carving for C++ programs, and the adapter that gives
them to The Sleuth Kit.")
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_DEPENDS
  "libdiscern-c0 (= ${PROJECT_VERSION}), libdeflate-dev, libewf-dev, libfuzzy-dev, libisal-dev, libpango1.0-dev, libpng-dev, libsqlite3-dev, libssl-dev, libtlsh-dev, libtsk-dev, libturbojpeg0-dev, libxml2-dev, pkg-config, zlib1g-dev")

discern_package(runtime libdiscern-c0 libs
  "raw disk and disc images as evidence - C interface"
  "The library of discern for programs in C and for languages that call C:
images, views, entries, events and digests.")
set(CPACK_DEBIAN_RUNTIME_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS ON)
set(CPACK_DEBIAN_RUNTIME_PACKAGE_CONTROL_EXTRA ${CMAKE_CURRENT_BINARY_DIR}/debian/triggers)
file(WRITE ${CMAKE_CURRENT_BINARY_DIR}/debian/triggers "activate-noawait ldconfig\n")
# CPack 3.25 writes these scripts for any shared library, also beside the trigger that replaces them.
file(WRITE ${CMAKE_CURRENT_BINARY_DIR}/debian/lintian-overrides
  "libdiscern-c0: maintscript-calls-ldconfig\n")
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/debian/lintian-overrides RENAME libdiscern-c0
  DESTINATION ${CMAKE_INSTALL_DATADIR}/lintian/overrides COMPONENT runtime)

discern_package(python python3-discern python
  "raw disk and disc images as evidence - Python package"
  "Images as Python objects: views as files, entries, events, digests, and a
class that gives them to pytsk3.")
set(CPACK_DEBIAN_PYTHON_PACKAGE_ARCHITECTURE all)
set(CPACK_DEBIAN_PYTHON_PACKAGE_DEPENDS "python3:any, libdiscern-c0 (>= ${PROJECT_VERSION})")
set(CPACK_DEBIAN_PYTHON_PACKAGE_SUGGESTS python3-tsk)

include(CPack)
