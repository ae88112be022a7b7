internal import CBCBackend
internal import Espalier
internal import Glibc
internal import ModelIO
internal import NeuralNetwork
internal import Workers

/// Who answers queries about single units.
enum UnitDeciders {
  /// Workers of this program or of `workerProgram`; the search in this process if workers are not
  /// needed or the model is too large for a message.
  static func make(
    _ network: Network, _ domain: InputDomain, jobCount: Int, usesWorkers: Bool,
    workerProgram: String?, verbosity: VerbosityOptions
  ) throws -> any UnitDecider {
    let setup = UnitMessage.setup(network: network, domain: domain)
    guard usesWorkers, setup.count < WorkerFrame.maximumByteCount else {
      return UnitSearch(
        lpEngine: CLPSolver(), milpSolver: CBCSolver(),
        concurrency: Threads.concurrency(jobCount))
    }
    return WorkerDecider(
      count: jobCount, executable: try workerProgram ?? ownPath(),
      setup: setup,
      onLoss: { query, reason, loss in
        switch loss {
        case .askedAgain:
          verbosity.detail("note: the query on \(query.unit) is asked again: \(reason)")
        case .givenUp: verbosity.note("note: the query on \(query.unit) is lost: \(reason)")
        }
      },
      onRefusal: {
        verbosity.detail("note: an answer does not hold; all workers are replaced")
      })
  }

  /// The path of this executable, so that workers are of the same build.
  static func ownPath() throws -> String {
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
    let count = readlink("/proc/self/exe", &buffer, buffer.count - 1)
    guard count > 0 else {
      throw ModelError(
        file: "/proc/self/exe",
        fault: .unreadable(reason: "cannot find this program to start workers"))
    }
    return String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
