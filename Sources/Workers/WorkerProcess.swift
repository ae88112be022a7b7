internal import Glibc

/// One child process that answers messages; killed and reaped when this object goes.
///
/// The child reads messages from descriptor 3 and writes answers to descriptor 4, and finds the
/// `SpareJobs` at 5 and 6; its descriptors 0, 1 and 2 are `/dev/null`, because C code prints whatever it is asked. Not for use from
/// several threads at a time.
public final class WorkerProcess {
  private let processID: pid_t
  private var channel: WorkerChannel
  /// How the process ended; nil while it runs or is not reaped yet.
  private var death: WorkerDeath?

  /// Starts a process.
  ///
  /// - Parameter spareJobs: What the child may take further jobs from; nil for nothing.
  /// - Throws: `WorkerError` if the system cannot start it.
  public init(
    _ command: WorkerCommand, spareJobs: SpareJobs? = nil
  ) throws(WorkerError) {
    let spawned = try WorkerSpawn.start(command, spareJobs: spareJobs)
    processID = spawned.processID
    channel = WorkerChannel(owning: spawned.descriptor)
  }

  deinit { _ = killAndReap() }

  /// Sends one message; what the worker does not take now goes out during `receive`.
  public func send(_ message: [UInt8]) { channel.enqueue(message) }

  /// Waits for the next message.
  ///
  /// - Parameter seconds: How long to wait; nil for as long as it takes.
  public func receive(withinSeconds seconds: Double?) -> WorkerReply {
    let deadline = Deadline(secondsFromNow: seconds)
    while true {
      if let reply = availableReply() { return reply }
      if deadline.isPast { return .timedOut }
      var request = pollRequest
      // EINTR and spurious wake-ups are met by looking again.
      _ = poll(&request, 1, deadline.milliseconds(atMost: 60_000))
    }
  }

  /// Kills the process and waits until it is gone.
  public func kill() { death = killAndReap() }

  /// What to wait for with `poll`.
  var pollRequest: pollfd {
    pollfd(fd: channel.descriptor, events: channel.pollEvents, revents: 0)
  }

  /// Moves bytes without blocking; nil if there is neither a message nor an end yet.
  func availableReply() -> WorkerReply? {
    if let death { return .died(death) }
    switch channel.pump() {
    case .message(let message): return .bytes(message)
    case .waiting: return nil
    case .closed:
      // A process that hangs up without ending is of no use any more.
      return end(as: killAndReap())
    case .tooLong(let count):
      _ = killAndReap()
      return end(as: .brokeProtocol(announcedByteCount: count))
    }
  }

  /// True if the worker waits for a message as it should.
  var isIdle: Bool { death == nil && channel.isQuiet() }

  private func end(as found: WorkerDeath) -> WorkerReply {
    death = found
    return .died(found)
  }

  /// A kill does not change the status of a process that has ended by itself.
  private func killAndReap() -> WorkerDeath {
    if let death { return death }
    _ = Glibc.kill(processID, SIGKILL)
    var status: Int32 = 0
    while waitpid(processID, &status, 0) < 0 && errno == EINTR {}
    let signal = status & 0x7f
    return signal == 0 ? .exited(status: (status >> 8) & 0xff) : .signalled(signal)
  }
}
