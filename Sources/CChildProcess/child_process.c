#ifdef __linux__
#define _GNU_SOURCE
#endif
#include "child_process.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

static int replace(int descriptor, const char *path, int flags) {
  int opened = open(path, flags, 0666);
  if (opened < 0) return -1;
  int result = dup2(opened, descriptor);
  close(opened);
  return result;
}

/// A pipe that programs started meanwhile by other threads do not inherit: it would stay open until they end. Where
/// there is no pipe2, a program started in the very moment does.
static int closedOnExec(int ends[2]) {
#ifdef __linux__
  return pipe2(ends, O_CLOEXEC);
#else
  if (pipe(ends) < 0) return -1;
  fcntl(ends[0], F_SETFD, FD_CLOEXEC);
  return fcntl(ends[1], F_SETFD, FD_CLOEXEC);
#endif
}

static void restoreSignals(void) {
  const int signals[] = {SIGINT, SIGTERM, SIGHUP, SIGPIPE, SIGXFSZ};
  for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) signal(signals[i], SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
}

/// In the child: becomes the program, or hands the reason to the parent through `report`.
static void becomeProgram(const char *executable, char *const *arguments, char *const *environment, const char *folder,
                          const char *output, pid_t parent, int report) {
#ifdef __linux__
  prctl(PR_SET_PDEATHSIG, SIGKILL);
#endif
  restoreSignals();
  setpgid(0, 0);
  int isReady = getppid() == parent && replace(STDIN_FILENO, "/dev/null", O_RDONLY) >= 0 &&
                replace(STDOUT_FILENO, output, O_WRONLY | O_CREAT | O_TRUNC) >= 0 &&
                dup2(STDOUT_FILENO, STDERR_FILENO) >= 0 && chdir(folder) == 0;
  if (isReady) execve(executable, arguments, environment);
  int reason = errno;
  if (write(report, &reason, sizeof reason) < 0) _exit(126);
  _exit(127);
}

pid_t macrostate_start_process(const char *executable, char *const *arguments, char *const *environment,
                               const char *folder, const char *output) {
  // The pipe closes by itself when the child has become the program.
  int report[2];
  if (closedOnExec(report) < 0) return -1;
  pid_t parent = getpid();
  pid_t child = fork();
  if (child == 0) becomeProgram(executable, arguments, environment, folder, output, parent, report[1]);
  int reason = child < 0 ? errno : 0;
  close(report[1]);
  ssize_t count = 0;
  if (child > 0) {
    do count = read(report[0], &reason, sizeof reason);
    while (count < 0 && errno == EINTR);
  }
  close(report[0]);
  if (child > 0 && count <= 0) return child;
  if (child > 0) waitpid(child, NULL, 0);
  errno = reason;
  return -1;
}
