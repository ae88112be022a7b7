internal import Certificates
internal import ExactArithmetic
internal import NeuralNetwork

/// Fingerprints of the affine maps of regions: different ones belong to different maps for certain.
///
/// Dyadic numbers are mapped into the field of `2^61 - 1` elements, which keeps sums and products.
/// So equal maps have equal coefficients there; the converse is for exact numbers to say.
struct ResidueMaps {
  /// Coefficients for the free inputs and the constant, in the field, of every unit of a layer.
  private typealias Forms = [[UInt64]]

  private let network: Network
  private let roles: [[UnitRole]]
  private let weights: [[[UInt64]]]
  private let biases: [[UInt64]]
  private let inputs: Forms
  private var forms: [Forms] = []
  private var last: [UnitPhase] = []

  init(_ maps: RegionMaps) {
    network = maps.network
    roles = maps.roles
    weights = network.layers.map { layer in
      (0..<layer.unitCount).map { layer.weights.row($0).map { Residue.of($0) } }
    }
    biases = network.layers.map { $0.biases.map { Residue.of($0) } }
    let box = maps.domain.box
    let free = maps.freeInputs
    inputs = box.lower.indices.map { t in
      var form = [UInt64](repeating: 0, count: free.count + 1)
      if let place = free.firstIndex(of: t) {
        form[place] = 1
      } else {
        form[free.count] = Residue.of(box.lower[t])
      }
      return form
    }
  }

  /// The fingerprint of the function's map on a region.
  mutating func fingerprint(_ phases: [UnitPhase]) -> [UInt64] {
    var isSame = true
    for k in network.layers.indices {
      if isSame, k < forms.count {
        // The forms of a layer depend on the phases of the layers below it.
        if k > 0, phasesDiffer(phases, layer: k - 1) { isSame = false } else { continue }
      }
      forms.removeSubrange(min(k, forms.count)...)
      forms.append(form(layer: k, phases))
    }
    last = phases
    let top = network.layers.count - 1
    return forms[top].enumerated().flatMap { i, form in
      passes(top, i, phases) ? form : form.map { _ in 0 }
    }
  }

  private func phasesDiffer(_ phases: [UnitPhase], layer k: Int) -> Bool {
    roles[k].contains { role in
      if case .open(let position) = role {
        last.isEmpty || last[position].isOn != phases[position].isOn
      } else {
        false
      }
    }
  }

  private func passes(_ k: Int, _ i: Int, _ phases: [UnitPhase]) -> Bool {
    roles[k][i].isOn(phases)
  }

  private func form(layer k: Int, _ phases: [UnitPhase]) -> Forms {
    let below = k == 0 ? inputs : forms[k - 1]
    let active = below.indices.filter { k == 0 || passes(k - 1, $0, phases) }
    let width = inputs.first?.count ?? 1
    return weights[k].indices.map { i in
      var sum = [UInt64](repeating: 0, count: width)
      for j in active {
        let weight = weights[k][i][j]
        if weight == 0 { continue }
        for t in 0..<width {
          sum[t] = Residue.add(sum[t], Residue.multiply(weight, below[j][t]))
        }
      }
      sum[width - 1] = Residue.add(sum[width - 1], biases[k][i])
      return sum
    }
  }
}
