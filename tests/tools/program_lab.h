// ProgramLab: the built program run by a shell in a folder of its own, alone or under mpirun.

#ifndef SWITCHFAULT_TESTS_TOOLS_PROGRAM_LAB_H_
#define SWITCHFAULT_TESTS_TOOLS_PROGRAM_LAB_H_

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

namespace switchfault {

// An implementation of MPI: its launcher, quiet on one machine without the rights of a cluster, and
// the program's module for it.
struct Mpi {
  std::string name, launcher, module;
};

inline Mpi open_mpi() {
  return {"Open MPI",
          "OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 "
          "OMPI_MCA_btl_vader_single_copy_mechanism=none "
          "mpirun.openmpi --mca plm isolated --oversubscribe --bind-to none",
          "switchfault-openmpi.so"};
}
inline Mpi mpich() {
  return {"MPICH", "mpirun.mpich", "switchfault-mpich.so"};
}

class ProgramLab : public ::testing::Test {
 protected:
  struct Result {
    int status = 0;  // Of the shell.
    std::string out, err;
  };

  ProgramLab() {
    std::string name = (std::filesystem::temp_directory_path() / "program-XXXXXX").string();
    folder_ = ::mkdtemp(name.data());
    ::setenv("ASAN_OPTIONS", "detect_leaks=0", 1);  // MPI's own.
  }
  ~ProgramLab() override { std::filesystem::remove_all(folder_); }

  static bool has(const Mpi& mpi) {
    const std::string launcher = mpi.launcher.substr(mpi.launcher.find("mpirun"));
    const std::string find = "command -v " + launcher.substr(0, launcher.find(' ')) + " >/dev/null";
    return std::filesystem::exists(std::filesystem::path(SWITCHFAULT_PROGRAM).parent_path() /
                                   mpi.module) &&
           // NOLINTNEXTLINE(cert-env33-c): a constant.
           std::system(find.c_str()) == 0;
  }

  [[nodiscard]] std::string path(const std::string& name) const { return folder_ + "/" + name; }

  void write(const std::string& name, const std::string& text) const {
    std::ofstream(path(name)) << text;
  }
  [[nodiscard]] std::string read(const std::string& name) const {
    std::ifstream file(path(name));
    return {std::istreambuf_iterator<char>(file), {}};
  }

  // $P is the program; runs in the folder.
  [[nodiscard]] Result shell(const std::string& command) const {
    // The copies of this test's own output streams must not be held open by what it starts.
    const std::string line = "cd " + folder_ + " && P=" + SWITCHFAULT_PROGRAM + " && ( " + command +
                             " ) >out.txt 2>err.txt </dev/null";
    // NOLINTNEXTLINE(cert-env33-c,concurrency-mt-unsafe): that is what this is for.
    const int status = std::system(line.c_str());
    return {.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status),
            .out = read("out.txt"),
            .err = read("err.txt")};
  }

  std::string folder_;
};

}  // namespace switchfault

#endif  // SWITCHFAULT_TESTS_TOOLS_PROGRAM_LAB_H_
