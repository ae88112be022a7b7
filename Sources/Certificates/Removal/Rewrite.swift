public import ExactArithmetic
public import NeuralNetwork

/// One change of the working network, in terms of the network that was read.
///
/// - Source: `docs/certificate-format.md`, section 9.
public enum Rewrite: Hashable, Sendable {
  /// R1: deletes a stably inactive unit.
  case removeInactive(UnitID)
  /// R2: folds a unit with one value into the next biases.
  case foldConstant(UnitID)
  /// R3: deletes a unit that nothing reads.
  case removeUnread(UnitID)
  /// R8: adds a linear unit whose value is that of a unit's pre-activation, shifted.
  case addLinear(UnitID, shift: Dyadic)
  /// R4, R8, R9: puts a sum of other units of the layer in the place of a unit.
  case substitute(Substitution)
  /// R5: puts other linear units in the place of linear units.
  case replaceLinear(LinearReplacement)
  /// R6: folds a layer without unstable units into the next.
  case foldLayer(Int)
  /// R7: replaces a network with a layer without units by its one value.
  case makeConstant(Int)

  /// The name of the rule in the file.
  public var rule: String {
    switch self {
    case .removeInactive: "remove-inactive"
    case .foldConstant: "fold-constant"
    case .removeUnread: "remove-unread"
    case .addLinear: "add-linear"
    case .substitute: "substitute"
    case .replaceLinear: "replace-linear"
    case .foldLayer: "fold-layer"
    case .makeConstant: "make-constant"
    }
  }

  /// The layer that changes.
  public var layer: Int {
    switch self {
    case .removeInactive(let unit), .foldConstant(let unit), .removeUnread(let unit),
      .addLinear(let unit, _):
      unit.layer
    case .substitute(let substitution): substitution.unit.layer
    case .replaceLinear(let replacement): replacement.layer
    case .foldLayer(let layer), .makeConstant(let layer): layer
    }
  }

  /// The most significand bits of a value: without a limit, products along chains of rewrites could
  /// grow beyond any memory.
  static let maximumBitCount = 512

  /// The numbers that the rewrite brings along.
  var values: [Dyadic] {
    switch self {
    case .removeInactive, .foldConstant, .removeUnread, .foldLayer, .makeConstant: []
    case .addLinear(_, let shift): [shift]
    case .substitute(let substitution):
      [substitution.constant] + substitution.terms.map(\.value)
    case .replaceLinear(let replacement): replacement.shifts + replacement.form.values
    }
  }

  /// The unit that goes, if it is one.
  public var unit: UnitID? {
    switch self {
    case .removeInactive(let unit), .foldConstant(let unit), .removeUnread(let unit): unit
    case .substitute(let substitution): substitution.unit
    case .addLinear, .replaceLinear, .foldLayer, .makeConstant: nil
    }
  }
}

/// `h_u = constant + Σ value · h_j` within an error that the checker computes.
public struct Substitution: Hashable, Sendable {
  /// A unit of the same layer and what it is multiplied by.
  public struct Term: Hashable, Sendable {
    /// The number of the unit in its layer.
    public let index: Int
    /// Its factor, not 0.
    public let value: Dyadic

    /// A term.
    public init(index: Int, value: Dyadic) {
      self.index = index
      self.value = value
    }
  }

  /// The unit that goes.
  public let unit: UnitID
  /// What stands for it, by ascending unit.
  public let terms: [Term]
  /// The constant.
  public let constant: Dyadic

  /// A substitution from its parts.
  public init(unit: UnitID, terms: [Term], constant: Dyadic) {
    self.unit = unit
    self.terms = terms
    self.constant = constant
  }
}

/// Linear units in the place of others of the same layer.
public struct LinearReplacement: Hashable, Sendable {
  /// What the new units are.
  public enum Form: Hashable, Sendable {
    /// One for each input that the old units pass on.
    case inputs
    /// One for each given unit of the next layer; others read sums of them.
    case rows([Int], mix: [Mix])

    /// The numbers of the form.
    var values: [Dyadic] {
      if case .rows(_, let mix) = self { mix.flatMap(\.weights) } else { [] }
    }
  }

  /// How a unit of the next layer reads the new units.
  public struct Mix: Hashable, Sendable {
    /// The number of the unit in the next layer.
    public let unit: Int
    /// A weight for each new unit.
    public let weights: [Dyadic]

    /// A mix.
    public init(unit: Int, weights: [Dyadic]) {
      self.unit = unit
      self.weights = weights
    }
  }

  /// The layer.
  public let layer: Int
  /// The units that go, ascending.
  public let units: [Int]
  /// What the new units are.
  public let form: Form
  /// The biases of the new units.
  public let shifts: [Dyadic]

  /// A replacement from its parts.
  public init(layer: Int, units: [Int], form: Form, shifts: [Dyadic]) {
    self.layer = layer
    self.units = units
    self.form = form
    self.shifts = shifts
  }
}
