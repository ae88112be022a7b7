internal import Certificates
internal import ExactArithmetic
internal import NeuralNetwork

/// The part of a network that a group of open units depends on, in doubles with error bounds.
///
/// Inputs that the units do not depend on and inputs with one value are folded into the biases;
/// units that are stably inactive are gone, and so are those that no open unit of the part reads.
struct PartNetwork: Sendable {
  /// One unit of a layer that is still there.
  struct Row: Sendable {
    let unit: UnitID
    /// Its place among the open units of the part; nil if it is linear on the whole domain.
    let position: Int?
  }

  /// One layer.
  struct Layer: Sendable {
    let rows: [Row]
    /// The rows that are open units.
    let openRows: [Int]
    /// The weights for the rows below, or for the inputs of the part; row-major.
    let weights: [Double]
    let belowCount: Int
    let biases: [Double]
    /// How far each bias may be from its true value, and the size of what was summed for it.
    let biasErrors: [Double]
    let biasSizes: [Double]
  }

  /// The open units, ascending.
  let units: [UnitID]
  /// The inputs that count, ascending.
  let inputs: [Int]
  let lower: [Double]
  let upper: [Double]
  let layers: [Layer]
  /// The rows of the domain, in all its inputs.
  let domainRows: [LinearRow]
  /// The largest magnitude of each input.
  let reach: [Double]
  let proved: ProofState
  let layerCount: Int

  /// The bits that one rounding may cost, doubled so that the bounds may be computed in doubles.
  static let unitRoundoff = 0x1p-52

  /// What products below the smallest normal number may cost the value of a form, however small.
  ///
  /// Each costs at most half of the least number; a bound of `2^53` of them is none that matters.
  var underflow: Double { reach.reduce(1, +) * Double.leastNormalMagnitude }

  init(_ proved: ProofState, layerCount: Int, units: [UnitID]) {
    self.proved = proved
    self.layerCount = layerCount
    self.units = units
    let domain = proved.domain
    let needed = Self.neededUnits(proved, layerCount: layerCount, units: units)
    let free = domain.box.lower.indices.filter { domain.box.lower[$0] < domain.box.upper[$0] }
    let first = proved.network.network.layers[0]
    inputs =
      domain.isBox
      ? free.filter { t in needed[0].contains { first.weights[$0, t] != 0 } } : free
    lower = inputs.map { domain.box.lower[$0] }
    upper = inputs.map { domain.box.upper[$0] }
    reach = zip(lower, upper).map { max($0.magnitude, $1.magnitude) }
    domainRows = domain.rows
    let positions = Dictionary(uniqueKeysWithValues: units.enumerated().map { ($1, $0) })
    var layers: [Layer] = []
    for k in needed.indices {
      layers.append(
        Self.layer(
          k, of: proved, rows: needed[k], below: k == 0 ? inputs : needed[k - 1], positions))
    }
    self.layers = layers
  }

  /// The number of inputs that count.
  var dimension: Int { inputs.count }

  /// The units of each layer that the open ones read, themselves included.
  private static func neededUnits(
    _ proved: ProofState, layerCount: Int, units: [UnitID]
  ) -> [[Int]] {
    let network = proved.network.network
    let depth = (units.last?.layer ?? -1) + 1
    var needed: [[Int]] = Array(repeating: [], count: depth)
    for k in stride(from: depth - 1, through: 0, by: -1) {
      let layer = network.layers[k]
      let own = Set(units.filter { $0.layer == k }.map(\.index))
      needed[k] = (0..<layer.unitCount).filter { i in
        if own.contains(i) { return true }
        guard k + 1 < depth else { return false }
        let isGone =
          layer.activations[i] == .relu && proved.intervals[k][i].upper.signum <= 0
        return !isGone && needed[k + 1].contains { network.layers[k + 1].weights[$0, i] != 0 }
      }
    }
    return needed
  }

  private static func layer(
    _ k: Int, of proved: ProofState, rows: [Int], below: [Int], _ positions: [UnitID: Int]
  ) -> Layer {
    let layer = proved.network.network.layers[k]
    let box = proved.domain.box
    let isCounted = Set(below)
    var biases = rows.map { layer.biases[$0] }
    var sizes = biases.map(\.magnitude)
    if k == 0 {
      for (place, i) in rows.enumerated() {
        for t in box.lower.indices where !isCounted.contains(t) {
          let product = layer.weights[i, t] * box.lower[t]
          biases[place] += product
          sizes[place] += product.magnitude
        }
      }
    }
    let terms = Double(k == 0 ? box.lower.count - below.count : 0)
    return Layer(
      rows: rows.map {
        let unit = UnitID(layer: k, index: $0)
        return Row(unit: unit, position: positions[unit])
      },
      openRows: rows.indices.filter { positions[UnitID(layer: k, index: rows[$0])] != nil },
      weights: rows.flatMap { i in below.map { layer.weights[i, $0] } }, belowCount: below.count,
      biases: biases, biasErrors: sizes.map { $0 * terms * unitRoundoff }, biasSizes: sizes)
  }
}
