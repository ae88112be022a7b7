public import Certificates
internal import NeuralNetwork

/// The searching side of `UnitMessage`: takes in a setup, then answers queries.
public struct QueryService {
  private let search: UnitSearch
  private var setup: (network: ExactNetwork, domain: InputDomain)?

  /// A service that answers nothing before its setup.
  public init(_ search: UnitSearch) { self.search = search }

  /// Takes in the network and domain of a run.
  public mutating func setUp(_ message: [UInt8]) {
    setup = UnitMessage.readSetup(message).map { (ExactNetwork($0.network), $0.domain) }
  }

  /// Reads a query and the state that it rests on; nil if it is not one.
  public func read(_ message: [UInt8]) -> (query: UnitQuery, state: ProofState)? {
    setup.flatMap {
      UnitMessage.readQuery(message, network: $0.network, domain: $0.domain)
    }
  }

  /// Searches, at most for the seconds of the query.
  public func answer(to query: UnitQuery, state: ProofState) -> UnitAnswer {
    let end = query.seconds.map { ContinuousClock.now + .seconds($0) }
    return search.answer(
      to: query, state: state,
      shouldStop: { end.map { ContinuousClock.now >= $0 } ?? false })
  }

  /// Answers a message; empty if it is no query.
  public func answer(_ message: [UInt8]) -> [UInt8] {
    guard let (query, state) = read(message) else { return [] }
    return UnitMessage.encode(answer(to: query, state: state))
  }
}
