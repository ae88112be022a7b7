/// The rules of removal, by the names of `docs/removal.md`.
public enum RemovalRule: String, Hashable, Sendable, CaseIterable {
  /// A stably inactive unit goes.
  case inactive = "R1"
  /// A unit with one value goes into the next biases.
  case constant = "R2"
  /// A unit that nothing reads goes.
  case unread = "R3"
  /// A linear unit whose row is a sum of those of others goes.
  case dependent = "R4"
  /// Linear units are replaced by as many as the next layer, or the one before, needs.
  case linear = "R5"
  /// A layer whose units are all linear is folded into the next.
  case affineLayer = "R6"
  /// A network with a layer without units becomes a constant.
  case emptyLayer = "R7"
  /// A unit that is a multiple of another one goes.
  case proportional = "R8"
  /// A unit of small influence is replaced by a constant, within a proved error.
  case midpoint = "R9"

  /// What the rule does, in a few words.
  public var title: String {
    switch self {
    case .inactive: "inactive units"
    case .constant: "constant units"
    case .unread: "unread units"
    case .dependent: "linearly dependent units"
    case .linear: "linear units, by rank"
    case .affineLayer: "affine layers"
    case .emptyLayer: "layers without units"
    case .proportional: "proportional units"
    case .midpoint: "units of small influence"
    }
  }
}

/// What removal makes small.
public enum RemovalMeasure: String, Hashable, Sendable, CaseIterable {
  case units, parameters, nonzeros, bytes
}

/// What a removal plan may do.
public struct RemovalOptions: Sendable {
  /// What is made small; a rule that makes it larger is not applied.
  public var measure = RemovalMeasure.parameters
  /// The rules that may be applied.
  public var rules = Set(RemovalRule.allCases)
  /// Layers that keep their units.
  public var keptLayers: Set<Int> = []
  /// Layers that stand for elementwise operations of the model: they get no other weights.
  public var elementwiseLayers: Set<Int> = []
  /// Hidden layers get a multiple of so many units, where they have as many.
  public var widthMultiple = 1
  /// The largest difference that rule R9 may make in an output; nil for equality over the reals.
  public var maximumError: Double?
  /// The number of leading plain layers; nil for all.
  ///
  /// A runtime evaluates them as one product and one bias per unit. The levels of rewrites depend on
  /// it.
  public var plainLayerCount: Int?

  /// Everything that leaves the function equal over the reals.
  public init() {}
}
