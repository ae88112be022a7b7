internal import ArgumentParser
internal import CBCBackend
internal import Certificates
internal import Espalier
internal import NeuralNetwork
internal import Workers

/// The hidden command that worker processes run.
///
/// Its descriptors 0, 1 and 2 are not the user's: solvers print whatever they are asked.
struct WorkerCommandLine: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "worker", abstract: "Answers unit queries for a parent process.",
    shouldDisplay: false)

  func run() throws {
    var setup: (network: ExactNetwork, domain: InputDomain)?
    let search = UnitSearch(lpEngine: CLPSolver(), milpSolver: CBCSolver())
    WorkerLoop.run(
      initialize: { message in
        setup = UnitMessage.readSetup(message).map { (ExactNetwork($0.network), $0.domain) }
      },
      handle: { message in
        guard let setup,
          let (query, state) = UnitMessage.readQuery(
            message, network: setup.network, domain: setup.domain)
        else { return [] }
        let end = query.seconds.map { ContinuousClock.now + .seconds($0) }
        let answer = search.answer(
          to: query, state: state,
          shouldStop: { end.map { ContinuousClock.now >= $0 } ?? false })
        return UnitMessage.encode(answer, unit: query.unit, side: query.side)
      })
  }
}
