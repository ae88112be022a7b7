internal import Certificates
internal import ExactArithmetic
internal import NeuralNetwork

/// The pre-activations of the part's units as exact affine forms of all inputs, on one cell.
///
/// Costs big integers, so it is made only where doubles cannot decide.
struct ExactForms: Sendable {
  /// One list per layer of the part's network, one form per row.
  let layers: [[AffineForm]]

  /// The forms of the layers up to `depth`, under the phases of the open units below it.
  init(_ network: PartNetwork, phases: [UnitPhase], depth: Int) {
    let n = network.proved.domain.inputCount
    var layers: [[AffineForm]] = []
    for (k, layer) in network.layers.prefix(depth + 1).enumerated() {
      let own = network.proved.network.network.layers[k]
      layers.append(
        layer.rows.map { row in
          var form = AffineForm(columnCount: n)
          form.constant = Dyadic(own.biases[row.unit.index])
          if k == 0 {
            for (t, weight) in own.weights.row(row.unit.index).enumerated() where weight != 0 {
              form.coefficients[t] = Dyadic(weight)
            }
            return form
          }
          for (j, below) in network.layers[k - 1].rows.enumerated()
          where below.position.map({ phases[$0].isOn }) ?? true {
            let weight = own.weights[row.unit.index, below.unit.index]
            if weight != 0 { form.add(layers[k - 1][j], times: Dyadic(weight)) }
          }
          return form
        })
    }
    self.layers = layers
  }
}

/// What an open unit does on a cell, and whether that cuts the cell off.
enum UnitPhase: UInt8, Hashable, Sendable {
  /// Not decided yet.
  case open
  /// The whole surrounding cell has the sign.
  case off, on
  /// The cell is one side of a cut.
  case cutOff, cutOn
  /// The unit is 0 all over.
  case zero

  /// True if the unit passes its value on.
  var isOn: Bool { self == .on || self == .cutOn }

  /// The phase as a proof assumes it; nil if the unit is open.
  var phase: Phase? {
    switch self {
    case .open: nil
    case .off, .cutOff: .off
    case .on, .cutOn: .on
    case .zero: .zero
    }
  }
}
