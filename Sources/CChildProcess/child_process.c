#ifdef __linux__
#define _GNU_SOURCE
#endif
#include "child_process.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <sys/select.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#include <sys/syscall.h>
#endif

/// What is to be run, and how.
struct program {
  const char *executable;
  char *const *arguments;
  char *const *environment;
  const char *folder;
  /// The file that takes what the program prints; null for a pipe.
  const char *output;
};

/// How long a program may take to heed SIGTERM, in seconds.
static const time_t patience = 2;

/// The descriptors that a supervisor keeps: the lowest ones behind the standard ones. The last only until the program has
/// it: the pipe must end with the program.
enum { controlDescriptor = STDERR_FILENO + 1, endDescriptor, outputDescriptor };

static void moveDescriptor(int from, int to) {
  if (from == to) return;
  dup2(from, to);
  close(from);
}

/// A pipe that programs started meanwhile by other threads do not inherit: it would stay open until they end. Its ends lie
/// behind the descriptors that a supervisor keeps, and behind the standard ones where this process has none.
static int makePipe(int ends[2]) {
  int low[2];
#ifdef __linux__
  if (pipe2(low, O_CLOEXEC) < 0) return -1;
#else
  if (pipe(low) < 0) return -1;
#endif
  for (int i = 0; i < 2; i++) ends[i] = fcntl(low[i], F_DUPFD_CLOEXEC, outputDescriptor + 1);
  int reason = errno;
  for (int i = 0; i < 2; i++) close(low[i]);
  if (ends[0] >= 0 && ends[1] >= 0) return 0;
  for (int i = 0; i < 2; i++) {
    if (ends[i] >= 0) close(ends[i]);
  }
  errno = reason;
  return -1;
}

// MARK: The program

static int openAs(int descriptor, const char *path, int flags) {
  int opened = open(path, flags, 0666);
  if (opened < 0) return -1;
  moveDescriptor(opened, descriptor);
  return 0;
}

/// Makes the streams of the program: nothing to read, and one place for what it prints, errors too. A pipe takes what it
/// prints alone.
static int openStreams(const struct program *program) {
  if (openAs(STDIN_FILENO, "/dev/null", O_RDONLY) < 0) return -1;
  if (!program->output) {
    return dup2(outputDescriptor, STDOUT_FILENO) < 0 || close(outputDescriptor) < 0 ? -1 : 0;
  }
  if (openAs(STDOUT_FILENO, program->output, O_WRONLY | O_CREAT | O_TRUNC) < 0) return -1;
  return dup2(STDOUT_FILENO, STDERR_FILENO) < 0 ? -1 : 0;
}

static void setAllSignals(void (*handler)(int)) {
  for (int number = 1; number < NSIG; number++) signal(number, handler);
}

/// Becomes the program, or tells why it cannot.
_Noreturn static void becomeProgram(const struct program *program, pid_t parent) {
#ifdef __linux__
  prctl(PR_SET_PDEATHSIG, SIGKILL);
#endif
  setpgid(0, 0);
  setAllSignals(SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
  close(controlDescriptor);
  fcntl(endDescriptor, F_SETFD, FD_CLOEXEC);
  int isReady = getppid() == parent && openStreams(program) == 0 && chdir(program->folder) == 0;
  if (isReady) execve(program->executable, program->arguments, program->environment);
  struct macrostate_end end = {.failure = errno};
  if (write(endDescriptor, &end, sizeof end) < 0) _exit(126);
  _exit(127);
}

// MARK: The supervisor

/// Closes what this process has inherited and does not use, from `first` on: locks, and the control pipes of others.
static void closeDescriptors(unsigned first) {
#if defined(__linux__) && defined(SYS_close_range)
  if (syscall(SYS_close_range, first, ~0u, 0) == 0) return;
#endif
  long count = sysconf(_SC_OPEN_MAX);
  if (count < 0 || count > 65536) count = 65536;
  for (int descriptor = (int)first; descriptor < count; descriptor++) close(descriptor);
}

static void wakeUp(int number) { (void)number; }

/// Waits for a change of a child or, where `readsPipe`, of the pipe; `limit` at most. Returns whether the pipe has
/// changed.
static int waitForChange(int readsPipe, const struct timespec *limit, const sigset_t *mask) {
  fd_set descriptors;
  FD_ZERO(&descriptors);
  if (readsPipe) FD_SET(controlDescriptor, &descriptors);
  return pselect(controlDescriptor + 1, &descriptors, NULL, NULL, limit, mask) > 0;
}

static int hasEnded(pid_t program) {
  siginfo_t information = {.si_pid = 0};
  int result = waitid(P_PID, (id_t)program, &information, WEXITED | WNOHANG | WNOWAIT);
  return result == 0 ? information.si_pid == program : errno != EINTR;
}

/// Waits until the program has ended, or is to be ended by force: the parent has ended, or has asked for it long ago.
static void waitForProgram(pid_t program, pid_t parent, const sigset_t *mask) {
  while (!hasEnded(program)) {
    if (!waitForChange(1, NULL, mask)) continue;
    // Nothing is ever written: the parent has closed the pipe.
    kill(-program, SIGTERM);
    const struct timespec interval = {.tv_nsec = 50000000};
    for (time_t start = time(NULL); time(NULL) - start <= patience;) {
      if (hasEnded(program) || getppid() != parent) return;
      waitForChange(0, &interval, mask);
    }
    return;
  }
}

/// Kills all children of this process: with orphans of theirs, which Linux hands to a subreaper.
static void killChildren(void) {
#ifdef __linux__
  int list = open("/proc/thread-self/children", O_RDONLY);
  if (list < 0) return;
  char text[4096];
  ssize_t count = read(list, text, sizeof text);
  close(list);
  pid_t child = 0;
  for (ssize_t i = 0; i < count; i++) {
    if (text[i] >= '0' && text[i] <= '9') {
      child = 10 * child + (text[i] - '0');
    } else {
      // A number that is cut off has no blank behind it.
      if (child > 0) kill(child, SIGKILL);
      child = 0;
    }
  }
#endif
}

/// Ends the program and all that it has started, and returns what waitpid says of the program.
static int endAll(pid_t program) {
  // Until it is waited for, nothing else can have its number.
  kill(-program, SIGKILL);
  int result = 0;
  for (;;) {
    int status = 0;
    pid_t ended = waitpid(-1, &status, WNOHANG);
    if (ended == program) result = status;
    if (ended > 0) continue;
    if (ended < 0 && errno != EINTR) return result;
    killChildren();
    const struct timespec moment = {.tv_nsec = 1000000};
    nanosleep(&moment, NULL);
  }
}

_Noreturn static void supervise(const struct program *program, pid_t parent, int control, int end, int output) {
  // No terminal, so that a key pressed there or its closing is for the parent alone to heed.
  setsid();
  setAllSignals(SIG_IGN);
  signal(SIGCHLD, wakeUp);
  sigset_t none, children;
  sigemptyset(&none);
  sigemptyset(&children);
  sigaddset(&children, SIGCHLD);
  sigprocmask(SIG_SETMASK, &children, NULL);
#ifdef __linux__
  prctl(PR_SET_CHILD_SUBREAPER, 1);
#endif
  moveDescriptor(control, controlDescriptor);
  moveDescriptor(end, endDescriptor);
  if (output >= 0) moveDescriptor(output, outputDescriptor);
  closeDescriptors(output >= 0 ? outputDescriptor + 1 : outputDescriptor);
  for (int descriptor = STDIN_FILENO; descriptor <= STDERR_FILENO; descriptor++) {
    if (openAs(descriptor, "/dev/null", O_RDWR) < 0) _exit(126);
  }
  pid_t self = getpid();
  pid_t child = fork();
  if (child == 0) becomeProgram(program, self);
  struct macrostate_end message = {.failure = child < 0 ? errno : 0};
  if (output >= 0) close(outputDescriptor);
  if (child > 0) {
    setpgid(child, child);
    waitForProgram(child, parent, &none);
    message.status = endAll(child);
  }
  // Where the program could not be started it has said so before.
  _exit(write(endDescriptor, &message, sizeof message) == sizeof message ? 0 : 126);
}

/// Closes both ends of each of `count` pipes.
static void closePipes(int pipes[][2], int count) {
  int reason = errno;
  for (int i = 0; i < count; i++) {
    close(pipes[i][0]);
    close(pipes[i][1]);
  }
  errno = reason;
}

int macrostate_start_process(const char *executable, char *const *arguments, char *const *environment,
                             const char *folder, const char *output, struct macrostate_process *process) {
  const struct program program = {executable, arguments, environment, folder, output};
  enum { control, end, printed };
  const int count = output ? printed : printed + 1;
  int pipes[printed + 1][2] = {[printed] = {-1, -1}};
  for (int i = 0; i < count; i++) {
    if (makePipe(pipes[i]) == 0) continue;
    closePipes(pipes, i);
    return -1;
  }
  pid_t parent = getpid();
  pid_t supervisor = fork();
  if (supervisor == 0) supervise(&program, parent, pipes[control][0], pipes[end][1], pipes[printed][1]);
  if (supervisor < 0) {
    closePipes(pipes, count);
    return -1;
  }
  close(pipes[control][0]);
  close(pipes[end][1]);
  if (!output) close(pipes[printed][1]);
  *process = (struct macrostate_process){supervisor, pipes[control][1], pipes[end][0], pipes[printed][0]};
  return 0;
}
