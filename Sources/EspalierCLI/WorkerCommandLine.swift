internal import ArgumentParser
internal import CBCBackend
internal import Espalier
internal import Workers

/// The hidden command that worker processes run.
///
/// Its descriptors 0, 1 and 2 are not the user's: solvers print whatever they are asked.
struct WorkerCommandLine: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "worker", abstract: "Answers unit queries for a parent process.",
    shouldDisplay: false)

  func run() throws {
    var service = QueryService(
      UnitSearch(
        lpEngine: CLPSolver(), milpSolver: CBCSolver(),
        concurrency: Threads.concurrency(.ofParent)))
    WorkerLoop.run(initialize: { service.setUp($0) }, handle: { service.answer($0) })
  }
}
