import Certificates
import NeuralNetwork
import TestSupport
import Testing

/// Files that are not what a certificate speaks of: every number one step away, parts dropped,
/// swapped or added, with the digests as they were and with digests that fit.
@Suite struct ModelAttackTests {
  /// How many scenes each seed alters.
  private static let count = AttackScale.count(inTests: 3, inAttack: 300)

  @Test(arguments: [91, 92] as [UInt64]) func refusesOtherModels(seed: UInt64) throws {
    var random = RandomNetworks(seed: seed, isInteger: seed == 91)
    let both = BothCheckers("ModelAttackTests", seed: seed)
    for _ in 0..<Self.count {
      let analyzed = try AnalyzedScene(&random, hidden: 1...3)
      try attack(analyzed.certificate, analyzed.subject, both)
    }
    try both.finish()
  }

  @Test(arguments: Toy.allCases) func refusesOtherModelsOfToys(toy: Toy) throws {
    let both = BothCheckers("ModelAttackTests, \(toy)")
    try attack(toy.certificate, toy.subject, both)
    try both.finish()
  }

  private func attack(
    _ certificate: Certificate, _ subject: Subject, _ both: BothCheckers
  ) throws {
    for network in try Self.neighbours(of: subject.model.network) {
      let other = try ModelBytes(writing: network, name: "model.onnx")
      try attackModel(certificate, Subject(other, result: subject.result), both)
    }
    let mapped = try ModelBytes(
      reading: ONNXBytes.addingOutputMap(to: subject.model.bytes), name: "model.onnx")
    #expect(mapped.checked.outputMaps.count == 1)
    try attackModel(certificate, Subject(mapped, result: subject.result), both)
    guard let result = subject.result, let pruning = certificate.pruning else { return }
    for network in try Self.neighbours(of: result.network) {
      let other = try ModelBytes(writing: network, name: "small.onnx")
      try attackResult(certificate, pruning, Subject(subject.model, result: other), both)
    }
    let small = try ModelBytes(
      reading: ONNXBytes.addingOutputMap(to: result.bytes), name: "small.onnx")
    try attackResult(certificate, pruning, Subject(subject.model, result: small), both)
    // With the same map behind both files the certificate holds again.
    let digests = rebound(certificate, to: mapped, network: mapped.network.digest)
    let agreed = Self.pruned(digests, pruning, small, network: small.network.digest)
    #expect(try both.rule(of: agreed, Subject(mapped, result: small)) == nil)
  }

  /// Another model: as it is, with the digest of the file, with both digests.
  private func attackModel(
    _ certificate: Certificate, _ subject: Subject, _ both: BothCheckers
  ) throws {
    #expect(try both.rule(of: certificate, subject) == .modelDigest)
    let old = certificate.model.networkDigest
    let renamed = rebound(certificate, to: subject.model, network: old)
    let isSameNetwork = subject.model.network.digest == old
    let rule = try both.rule(of: renamed, subject)
    #expect(isSameNetwork || rule == .networkDigest)
    let forged = rebound(certificate, to: subject.model, network: subject.model.network.digest)
    try both.rule(of: forged, subject)
  }

  /// Another result: as it is, with the digest of the file, with both digests.
  private func attackResult(
    _ certificate: Certificate, _ pruning: Pruning, _ subject: Subject, _ both: BothCheckers
  ) throws {
    let file = try #require(subject.result)
    for digest in [pruning.networkDigest, file.network.digest] {
      #expect(try both.rule(of: certificate, subject) != nil)
      let forged = Self.pruned(certificate, pruning, file, network: digest)
      #expect(try both.rule(of: forged, subject) != nil)
    }
  }

  private func rebound(
    _ certificate: Certificate, to model: ModelBytes, network: String
  ) -> Certificate {
    var copy = certificate
    copy.model = ModelBinding(files: model.checked.files, networkDigest: network)
    return copy
  }

  private static func pruned(
    _ certificate: Certificate, _ old: Pruning, _ file: ModelBytes, network: String
  ) -> Certificate {
    var copy = certificate
    copy.pruning = Pruning(
      rewrites: old.rewrites, kept: old.kept, difference: old.difference,
      floatDifference: old.floatDifference, argmax: old.argmax,
      file: file.checked.files[0], networkDigest: network)
    return copy
  }

  // MARK: Neighbours

  /// Every network in which one number is the next one of its type, one activation is another, or
  /// two units have changed places.
  private static func neighbours(of network: Network) throws -> [Network] {
    try network.layers.indices.flatMap { k -> [Network] in
      let layer = network.layers[k]
      let numbers = layer.weights.elements + layer.biases
      var changed = numbers.indices.map { i -> Layer in
        var others = numbers
        others[i] =
          network.scalarType == .float32 ? Double(Float(numbers[i]).nextUp) : numbers[i].nextUp
        return Self.layer(like: layer, numbers: others)
      }
      changed.append(
        Self.layer(
          like: layer,
          numbers: layer.weights.elements + layer.biases.map { $0 == 0 ? 1 : 0 }))
      let isRelu = layer.activations[0] == .relu
      changed.append(
        Layer(
          weights: layer.weights, biases: layer.biases, activation: isRelu ? .identity : .relu))
      var rows = Array(0..<layer.unitCount)
      rows.swapAt(0, layer.unitCount - 1)
      let swapped = Layer(
        weights: layer.weights.selecting(rows: rows, columns: Array(0..<layer.inputCount)),
        biases: rows.map { layer.biases[$0] }, activations: layer.activations)
      if swapped != layer { changed.append(swapped) }
      return try changed.map { other in
        var layers = network.layers
        layers[k] = other
        return try Network(layers: layers, scalarType: network.scalarType)
      }
    }
  }

  private static func layer(like layer: Layer, numbers: [Double]) -> Layer {
    let count = layer.weights.elements.count
    return Layer(
      weights: Matrix(
        rowCount: layer.unitCount, columnCount: layer.inputCount,
        elements: Array(numbers[..<count])),
      biases: Array(numbers[count...]), activations: layer.activations)
  }
}
