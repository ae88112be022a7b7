/// What a stability analysis may use.
public struct AnalysisOptions: Hashable, Sendable {
  /// The engines that may be used.
  public var engines: Set<Engine>
  /// The seed of all random numbers.
  public var seed: UInt64
  /// The random inputs that are pushed through the network first.
  public var sampleCount: Int
  /// The most nodes of a unit query.
  public var nodeLimit: Int
  /// The most seconds of a unit query; nil for none.
  public var unitSeconds: Double?

  /// All engines and generous limits.
  public init(
    engines: Set<Engine> = Set(Engine.allCases), seed: UInt64 = 1, sampleCount: Int = 768,
    nodeLimit: Int = 20_000, unitSeconds: Double? = nil
  ) {
    self.engines = engines
    self.seed = seed
    self.sampleCount = sampleCount
    self.nodeLimit = nodeLimit
    self.unitSeconds = unitSeconds
  }
}

/// How far an analysis has come.
public struct AnalysisProgress: Hashable, Sendable {
  /// The layer that is decided now.
  public let layer: Int
  /// The last layer with ReLU units.
  public let lastLayer: Int
  /// The stage that is running.
  public internal(set) var stage: String
  /// The first of the units that are worked on, where that is a few.
  public let unit: Int?
  /// The ReLU units of this layer that are not settled yet.
  public let openCount: Int
  /// The ReLU units settled so far, by stage.
  public let settled: [String: Int]
  /// All ReLU units of the network.
  public let unitCount: Int
}
