internal import ArgumentParser
internal import Espalier
internal import ModelIO
internal import NeuralNetwork
internal import StrictJSON

/// `espalier inspect`: what a model file holds.
struct InspectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect",
    abstract: "Shows layers, units, parameters and what else a model file holds.")

  @Argument(help: "The model: .onnx, .nnet, .npz or .json.")
  var model: String

  @Flag(name: .long, help: "Print JSON.")
  var json = false

  @OptionGroup var verbosity: VerbosityOptions

  func run() throws {
    try ExitStatus.catching {
      let imported = try ModelReader.read(path: model)
      if json {
        try StandardOutput.write(JSONWriter.write(document(imported)))
      } else {
        try Console.write(lines(imported))
      }
    }
  }

  // MARK: Text

  private func lines(_ imported: ImportedModel) -> [String] {
    let summary = imported.summary
    let network = imported.network
    var facts = [("file", "\(imported.files[0].name) (\(imported.format.rawValue))")]
    if !summary.producer.isEmpty { facts.append(("written by", summary.producer)) }
    if !summary.operatorSets.isEmpty {
      facts.append(("operator sets", summary.operatorSets.joined(separator: ", ")))
    }
    facts +=
      summary.inputs.map { ("input", text($0)) } + summary.outputs.map { ("output", text($0)) }
    facts += [
      ("weights", network.scalarType.rawValue),
      ("relu units", ShortNumber.grouped(network.reluUnits.count)),
      ("parameters", ShortNumber.grouped(summary.storedParameterCount)),
      ("domain needed", "bounds for \(network.inputCount) inputs" + suggestion(imported)),
      ("network digest", network.digest),
    ]
    facts += imported.files.map { ("SHA-256", "\($0.sha256)  \($0.name)") }
    facts += summary.notes.map { ("note", $0) }
    if !summary.tail.isEmpty {
      let names = summary.tail.map { "\($0.op) \($0.name)" }.joined(separator: ", ")
      facts.append(("after the network", names))
    }
    let width = facts.map(\.0.count).max() ?? 0
    let head = facts.map { name, value in
      name + String(repeating: " ", count: width - name.count + 2) + value
    }
    return head + [""] + layerTable(imported).lines
  }

  private func text(_ value: ValueSummary) -> String {
    "\(value.name) \(value.elementType) [\(value.shape.joined(separator: ", "))]"
  }

  private func suggestion(_ imported: ImportedModel) -> String {
    imported.suggestedDomain == nil ? "" : "; the file names some"
  }

  private func layerTable(_ imported: ImportedModel) -> TextTable {
    var table = TextTable([
      ("layer", .right), ("inputs", .right), ("units", .right), ("relu", .right),
      ("nonzeros", .right), ("from", .left),
    ])
    for (k, layer) in imported.network.layers.enumerated() {
      let nodes = imported.layerOrigins[k].nodes.map(\.op).joined(separator: " ")
      table.add(
        [
          k, layer.inputCount, layer.unitCount, layer.activations.count { $0 == .relu },
          layer.nonzeroCount,
        ].map(ShortNumber.grouped)
          + [imported.layerOrigins[k].isElementwise ? "\(nodes) (elementwise)" : nodes])
    }
    return table
  }

  // MARK: JSON

  private func document(_ imported: ImportedModel) -> JSONValue {
    let summary = imported.summary
    return .members(
      ("format", .string("espalier-inspect/1")),
      (
        "files",
        .array(
          imported.files.map {
            .members(("name", .string($0.name)), ("sha256", .string($0.sha256)))
          })
      ),
      ("modelFormat", .string(imported.format.rawValue)),
      ("producer", .string(summary.producer)),
      ("operatorSets", .array(summary.operatorSets.map(JSONValue.string))),
      ("inputs", .array(summary.inputs.map(value))),
      ("outputs", .array(summary.outputs.map(value))),
      ("scalarType", .string(imported.network.scalarType.rawValue)),
      ("inputCount", .integer(imported.network.inputCount)),
      ("reluUnits", .integer(imported.network.reluUnits.count)),
      ("storedParameters", .integer(summary.storedParameterCount)),
      ("networkDigest", .string(imported.network.digest)),
      ("layers", .array(imported.network.layers.indices.map { layer($0, imported) })),
      ("tail", .array(summary.tail.map(node))),
      ("suggestsDomain", .bool(imported.suggestedDomain != nil)),
      ("notes", .array(summary.notes.map(JSONValue.string))))
  }

  private func layer(_ k: Int, _ imported: ImportedModel) -> JSONValue {
    let layer = imported.network.layers[k]
    return .members(
      ("layer", .integer(k)), ("inputs", .integer(layer.inputCount)),
      ("units", .integer(layer.unitCount)),
      ("reluUnits", .integer(layer.activations.count { $0 == .relu })),
      ("nonzeros", .integer(layer.nonzeroCount)),
      ("isElementwise", .bool(imported.layerOrigins[k].isElementwise)),
      ("nodes", .array(imported.layerOrigins[k].nodes.map(node))))
  }

  /// A printable name without the quotation marks that it has for people.
  private func unquoted(_ name: String) -> String {
    name.count >= 2 && name.hasPrefix("\"") && name.hasSuffix("\"")
      ? String(name.dropFirst().dropLast()) : name
  }

  private func node(_ node: NodeSummary) -> JSONValue {
    .members(("name", .string(unquoted(node.name))), ("op", .string(node.op)))
  }

  private func value(_ value: ValueSummary) -> JSONValue {
    .members(
      ("name", .string(unquoted(value.name))), ("type", .string(value.elementType)),
      ("shape", .array(value.shape.map(JSONValue.string))))
  }
}
