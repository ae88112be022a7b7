internal import BigInt
internal import NeuralNetwork

/// Cuts a polygon by the units of a network, layer by layer.
///
/// In a face of the layers before, a unit is affine. It cuts the face if it takes both signs
/// there; a unit that is zero on a whole face is inactive.
struct PolygonCutting {
  /// A face with what its units do.
  struct Face {
    let index: Int
    var pattern: UnitBits
    /// The index of the forms that it shares with the faces cut from the same one.
    var family: Int
  }

  let network: SliceNetwork
  let regionLimit: Int
  private(set) var plane: PlanarSubdivision
  private(set) var faces: [Face]
  /// The pre-activations of the last layer, one list for each family.
  private(set) var forms: [PlaneForms]
  /// The number of faces after each complete layer.
  private(set) var countsAfterLayers: [Int] = []
  /// True if the limit or the caller ended the work; then the last complete layer is shown.
  private(set) var isCutShort = false

  init(_ network: SliceNetwork, in polygon: ConvexPolygon, regionLimit: Int) {
    self.network = network
    self.regionLimit = regionLimit
    plane = PlanarSubdivision(polygon)
    faces = [Face(index: 0, pattern: UnitBits(), family: 0)]
    forms = [network.inputs]
  }

  /// Cuts by all layers.
  ///
  /// - Parameter goesOn: Asked before every face of the layers before; ends the work if it says no.
  mutating func run(goesOn: () -> Bool = { true }) {
    for k in network.layers.indices {
      let before = self
      guard cut(byLayer: k, goesOn: goesOn) else {
        self = before
        isCutShort = true
        return
      }
      countsAfterLayers.append(faces.count)
    }
  }

  /// The post-activations of the last complete layer on a face.
  func outputs(of face: Face) -> PlaneForms {
    var outputs = forms[face.family]
    let k = countsAfterLayers.count - 1
    guard k >= 0 else { return outputs }
    for i in 0..<outputs.count where !isActive(unit: i, layer: k, face.pattern) {
      for part in 0..<3 { outputs.values[3 * i + part] = 0 }
    }
    return outputs
  }

  // MARK: One layer

  /// - Returns: False if the work was ended.
  private mutating func cut(byLayer k: Int, goesOn: () -> Bool) -> Bool {
    var newFaces: [Face] = []
    var newForms: [PlaneForms] = []
    for (position, face) in faces.enumerated() {
      guard goesOn() else { return false }
      let isSibling = position > 0 && faces[position - 1].family == face.family
      let known = isSibling ? (faces[position - 1], newForms[position - 1]) : nil
      newForms.append(preactivations(layer: k, on: face, from: known))
      newFaces += parts(of: face, layer: k, forms: newForms[position], family: position)
      if newFaces.count + faces.count - position - 1 > regionLimit { return false }
    }
    faces = newFaces
    forms = newForms
    return true
  }

  /// The pre-activations of a layer on a face of the layers before.
  ///
  /// Neighbors differ in few units, so the forms on a sibling are corrected where that is less
  /// work than beginning anew.
  private func preactivations(
    layer k: Int, on face: Face, from known: (face: Face, forms: PlaneForms)?
  ) -> PlaneForms {
    let layer = network.layers[k]
    guard k > 0 else { return network.firstForms }
    let inputs = forms[face.family]
    let active = (0..<inputs.count).map { isActive(unit: $0, layer: k - 1, face.pattern) }
    if let known {
      var result = known.forms
      let pattern = known.face.pattern
      let wasActive = active.indices.map { isActive(unit: $0, layer: k - 1, pattern) }
      let changed = active.indices.filter { active[$0] != wasActive[$0] }
      if changed.count < active.count(where: { $0 }) {
        for unit in changed {
          layer.add(input: unit, of: inputs, sign: active[unit] ? 1 : -1, to: &result)
        }
        return result
      }
    }
    return layer.forms(of: inputs) { active[$0] }
  }

  private func isActive(unit: Int, layer k: Int, _ pattern: UnitBits) -> Bool {
    network.bits[k][unit].map { pattern[$0] } ?? true
  }

  /// The parts into which the units of a layer cut a face.
  private mutating func parts(
    of face: Face, layer k: Int, forms: PlaneForms, family: Int
  ) -> [Face] {
    var parts = [Face(index: face.index, pattern: face.pattern, family: family)]
    for (unit, bit) in network.bits[k].enumerated() where bit != nil {
      guard let form = forms.line(unit) else {
        for i in parts.indices { parts[i].pattern.append(false) }
        continue
      }
      parts = cut(parts, by: form, unit: UnitID(layer: k, index: unit))
      if parts.count > regionLimit { break }
    }
    return parts
  }

  private mutating func cut(
    _ parts: [Face], by form: IntegerTriple, unit: UnitID
  ) -> [Face] {
    var result: [Face] = []
    result.reserveCapacity(parts.count + 4)
    var line: Int?
    for var part in parts {
      switch plane.cut(part.index, by: form, line: &line, source: .unit(unit)) {
      case .positive: part.pattern.append(true)
      case .negative: part.pattern.append(false)
      case .cut(let new):
        var positive = Face(index: new, pattern: part.pattern, family: part.family)
        positive.pattern.append(true)
        part.pattern.append(false)
        result.append(positive)
      }
      result.append(part)
    }
    return result
  }
}
