internal import Glibc

/// The jobs of a pool whose workers have nothing to do, for workers that could use more threads.
///
/// A pipe with one byte for each; whoever takes a byte out may run one more thread until it puts
/// the byte back. Bytes that die with a worker are missed until the next `withdraw`.
///
/// - Source: the job server of GNU make (manual, section 13.1.2).
public struct SpareJobs: Sendable {
  /// Where a worker finds the ends of the pipe.
  static let childDescriptors: (read: Int32, write: Int32) = (5, 6)

  let descriptors: (read: Int32, write: Int32)

  /// The jobs that the parent of this worker shares.
  public static let ofParent = SpareJobs(childDescriptors)

  init(_ descriptors: (read: Int32, write: Int32)) { self.descriptors = descriptors }

  /// Takes a job if there is one.
  public func take() -> Bool {
    var byte: UInt8 = 0
    while true {
      let count = read(descriptors.read, &byte, 1)
      if count < 0 && errno == EINTR { continue }
      return count == 1
    }
  }

  /// Puts a job back.
  public func give() {
    var byte: UInt8 = 0
    while write(descriptors.write, &byte, 1) < 0 && errno == EINTR {}
  }

  /// Takes all jobs.
  func withdraw() { while take() {} }
}

/// Owns the parent's ends of the pipe that `SpareJobs` is about.
struct SpareJobsPipe: ~Copyable {
  /// The jobs in it; nil if the system had no pipe left, and then no worker gets a second job.
  let jobs: SpareJobs?

  /// An empty pipe.
  init() {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else {
      jobs = nil
      return
    }
    // Out of the way of the descriptors that a child is given.
    let moved = ends.map { fcntl($0, F_DUPFD_CLOEXEC, WorkerSpawn.firstFreeDescriptor) }
    for end in ends { _ = close(end) }
    if moved.allSatisfy({ $0 >= 0 && fcntl($0, F_SETFL, O_NONBLOCK) == 0 }) {
      jobs = SpareJobs((moved[0], moved[1]))
    } else {
      for end in moved where end >= 0 { _ = close(end) }
      jobs = nil
    }
  }

  deinit {
    guard let jobs else { return }
    _ = close(jobs.descriptors.read)
    _ = close(jobs.descriptors.write)
  }
}
