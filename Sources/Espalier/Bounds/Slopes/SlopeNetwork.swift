internal import Certificates
internal import ExactArithmetic
internal import NeuralNetwork

/// The layers below a target in single precision, without the units that are off: what bounds with
/// optimized slopes compute with.
///
/// Units of all layers stand in one line of positions, so that one row of a matrix holds a number
/// for each. Everything that comes out is a claim.
struct SlopeNetwork {
  /// What is known of a unit on the whole domain.
  enum Kind: UInt8 {
    case open, on, off, identity
  }

  /// One layer.
  struct Part {
    let layer: Int
    /// The units that are kept, ascending.
    let units: [Int]
    /// The position of the first of them.
    let offset: Int
    /// The numbers that the layer reads.
    let inputCount: Int
    /// Row-major, `units.count` rows of `inputCount`.
    let weights: [Float]
    let biases: [Float]
  }

  /// The layer of the targets.
  let layer: Int
  let parts: [Part]
  /// The units of all parts.
  let unitCount: Int
  /// By position.
  let lower: [Float]
  let upper: [Float]
  let kinds: [UInt8]
  /// `u / (u - l)` of an open unit.
  let slopes: [Float]
  /// The box of the inputs.
  let inputLower: [Float]
  let inputUpper: [Float]
  private let network: Network

  /// The layers below `layer`.
  init(network: Network, domain: InputDomain, intervals: FloatIntervals, layer: Int) {
    self.network = network
    self.layer = layer
    inputLower = domain.box.lower.map { Float($0) }
    inputUpper = domain.box.upper.map { Float($0) }
    var parts: [Part] = []
    var kept = Array(0..<network.inputCount)
    for k in 0..<layer {
      let units = (0..<network.layers[k].unitCount).filter {
        // Over a box the intervals of the first layer are exact; above, a unit that is off by a
        // proof says something that the layers below do not.
        k > 0 || intervals.upper[k][$0] > 0
          || network.layers[k].activations[$0] == .identity
      }
      parts.append(
        Self.part(
          network.layers[k], k, units: units, inputs: kept,
          offset: parts.last.map { $0.offset + $0.units.count } ?? 0))
      kept = units
    }
    self.parts = parts
    let units = parts.flatMap { part in part.units.map { UnitID(layer: part.layer, index: $0) } }
    unitCount = units.count
    lower = units.map { Float(intervals.lower[$0.layer][$0.index]) }
    upper = units.map { Float(intervals.upper[$0.layer][$0.index]) }
    kinds = units.map { unit in
      if network.activation(of: unit) == .identity { return Kind.identity.rawValue }
      switch intervals.phase(of: unit) {
      case .on: return Kind.on.rawValue
      case .off, .zero: return Kind.off.rawValue
      case nil: return Kind.open.rawValue
      }
    }
    slopes = zip(lower, upper).map { $1 > $0 ? min(max($1 / ($1 - $0), 0), 1) : 0 }
  }

  private static func part(
    _ layer: Layer, _ k: Int, units: [Int], inputs: [Int], offset: Int
  ) -> Part {
    var weights: [Float] = []
    weights.reserveCapacity(units.count * inputs.count)
    for unit in units {
      let row = Array(layer.weights.row(unit))
      for input in inputs { weights.append(Float(row[input])) }
    }
    return Part(
      layer: k, units: units, offset: offset, inputCount: inputs.count, weights: weights,
      biases: units.map { Float(layer.biases[$0]) })
  }

  /// What is bounded: `s z` of a unit of the target layer, by the outputs of the last part.
  struct Objective: Sendable {
    let coefficients: [Float]
    let constant: Double

    /// Its value for each row of outputs.
    func values(_ outputs: [Float], rowCount: Int) -> [Float] {
      (0..<rowCount).map { r in
        coefficients.indices.reduce(Float(constant)) {
          $0 + coefficients[$1] * outputs[r * coefficients.count + $1]
        }
      }
    }
  }

  /// The objective of a unit of the target layer.
  func objective(unit: Int, side: Side) -> Objective {
    let row = Array(network.layers[layer].weights.row(unit))
    let inputs = parts.last?.units ?? Array(0..<network.inputCount)
    return Objective(
      coefficients: inputs.map { Float(side.factor * row[$0]) },
      constant: side.factor * network.layers[layer].biases[unit])
  }

  /// The unit at a position.
  func unit(at position: Int) -> UnitID {
    guard let part = parts.last(where: { $0.offset <= position }) else {
      preconditionFailure("no unit at position \(position)")
    }
    return UnitID(layer: part.layer, index: part.units[position - part.offset])
  }
}
