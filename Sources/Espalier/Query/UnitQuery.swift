public import Certificates
public import ExactArithmetic
public import NeuralNetwork

/// A question about one side of one unit, for the engines that work unit by unit.
public struct UnitQuery: Hashable, Sendable {
  /// What is asked.
  public enum Goal: String, Hashable, Sendable {
    /// A proof that the sign is never taken, or an input where it is.
    case decide
    /// A lemma with a tight bound.
    case tighten
    /// A tree with a bound as tight as the limits allow, and inputs that come near it.
    case maximize
  }

  /// What is asked.
  public let goal: Goal
  /// The unit, in the layer that is decided now.
  public let unit: UnitID
  /// `upper` asks whether `z > 0` somewhere, `lower` whether `z < 0` somewhere.
  public let side: Side
  /// The engines that may be used.
  public let engines: Set<Engine>
  /// The most nodes of each engine.
  public let nodeLimit: Int
  /// The most seconds, the second belt; nil for none.
  public let seconds: Double?
  /// A point of the domain; needed if there are rows or a ball.
  public let member: [Double]?
  /// For `maximize`, a bound on `s z` that is tight enough; nil for none.
  public let floor: Dyadic?

  /// A question with its limits.
  public init(
    goal: Goal, unit: UnitID, side: Side, engines: Set<Engine>, nodeLimit: Int, seconds: Double?,
    member: [Double]?, floor: Dyadic? = nil
  ) {
    self.goal = goal
    self.unit = unit
    self.side = side
    self.engines = engines
    self.nodeLimit = nodeLimit
    self.seconds = seconds
    self.member = member
    self.floor = floor
  }
}

/// What came back: a finding that is not believed yet, and inputs worth replaying.
public struct UnitAnswer: Hashable, Sendable {
  /// The candidate proof or witness.
  public let finding: Finding
  /// The engine that found it.
  public let engine: Engine?
  /// Inputs that relaxations and incumbents suggested.
  public let points: [[Double]]
  /// The nodes that a search which met its limit would need in all, by the share of its tree that
  /// is closed; nil if nobody knows.
  public let neededNodes: Double?

  /// An answer from its parts.
  public init(
    finding: Finding, engine: Engine?, points: [[Double]], neededNodes: Double? = nil
  ) {
    self.finding = finding
    self.engine = engine
    self.points = points
    self.neededNodes = neededNodes
  }
}

/// Somebody who answers unit queries, here or in other processes.
public protocol UnitDecider {
  /// Answers queries about the current layer of a state.
  ///
  /// The answers do not depend on how many queries are worked on at a time, as long as only node
  /// limits end them.
  ///
  /// - Parameters:
  ///   - shouldStop: Asked again and again; after true, what is open comes back undecided.
  ///   - take: Gets the index and the answer of each query, in the order of the queries, each as
  ///     soon as it is known; others may still be worked on.
  func answer(
    _ queries: [UnitQuery], state: ProofState, shouldStop: () -> Bool,
    take: (Int, UnitAnswer) -> Void
  )

  /// Told that an answer did not hold, so that whoever gave it answers no more.
  ///
  /// - Returns: True if the same question may now bring another answer.
  func startAfresh() -> Bool
}

extension UnitDecider {
  /// The answers to queries; `answers[i]` belongs to `queries[i]`.
  func answers(
    to queries: [UnitQuery], state: ProofState, shouldStop: () -> Bool
  ) -> [UnitAnswer] {
    var answers: [UnitAnswer] = []
    answer(queries, state: state, shouldStop: shouldStop) { answers.append($1) }
    return answers
  }
}
