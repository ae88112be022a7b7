internal import Glibc

/// Starts child processes with a socket on descriptors 3 and 4, and the pipe of `SpareJobs` on 5
/// and 6.
enum WorkerSpawn {
  /// The first descriptor that cannot collide with those the child is given.
  static let firstFreeDescriptor: Int32 = 10

  /// Starts the command; the caller owns the descriptor and must reap the process.
  static func start(
    _ command: WorkerCommand, spareJobs: SpareJobs?
  ) throws(WorkerError) -> (processID: pid_t, descriptor: Int32) {
    func check(_ name: String, _ code: Int32) throws(WorkerError) {
      guard code == 0 else {
        throw .systemCall(name, code: code, executable: command.executable)
      }
    }
    var ends: [Int32] = [-1, -1]
    let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
    try check("socketpair", socketpair(AF_UNIX, kind, 0, &ends) == 0 ? 0 : errno)
    let childEnd = fcntl(ends[1], F_DUPFD_CLOEXEC, firstFreeDescriptor)
    let duplicationError = errno
    _ = close(ends[1])
    guard childEnd >= 0 else {
      _ = close(ends[0])
      throw .systemCall("fcntl", code: duplicationError, executable: command.executable)
    }
    defer { _ = close(childEnd) }
    var processID: pid_t = 0
    let code = spawn(command, childEnd: childEnd, spareJobs: spareJobs, &processID)
    if code != 0 { _ = close(ends[0]) }
    try check("posix_spawn", code)
    return (processID, ends[0])
  }

  private static func spawn(
    _ command: WorkerCommand, childEnd: Int32, spareJobs: SpareJobs?,
    _ processID: inout pid_t
  ) -> Int32 {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, childEnd, 3)
    posix_spawn_file_actions_adddup2(&actions, childEnd, 4)
    if let spareJobs {
      let (read, write) = SpareJobs.childDescriptors
      posix_spawn_file_actions_adddup2(&actions, spareJobs.descriptors.read, read)
      posix_spawn_file_actions_adddup2(&actions, spareJobs.descriptors.write, write)
    }
    let silent: [Int32] = [0, 1, 2] + (spareJobs == nil ? [5, 6] : [])
    for descriptor in silent {
      posix_spawn_file_actions_addopen(&actions, descriptor, "/dev/null", O_RDWR, 0)
    }
    // The child starts with no signal blocked or ignored, whatever the parent does with them.
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    sigfillset(&signals)
    posix_spawnattr_setsigdefault(&attributes, &signals)
    posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
    var arguments = ([command.executable] + command.arguments).map { strdup($0) }
    arguments.append(nil)
    defer { for argument in arguments { free(argument) } }
    return posix_spawn(&processID, command.executable, &actions, &attributes, arguments, environ)
  }
}
