'use strict'

/**
 * node validate.js FILE...
 *
 * Validates CloudFormation templates by two tools that see different mistakes, and prints a line of
 * JSON for each: {file, tool, at, says}. Exit status 1 if there is any.
 */

const { readFileSync } = require('node:fs')
const { CelEngine, TemplateFile } = require('@aws/cloudformation-validate')
const yaml = require('yaml')
const { SpecCheck } = require('./spec.js')

/** Advice, such as to tag each resource. */
const ADVICE = new Set(['INFO', 'DEBUG'])

/** What is right by the If around it: that tool takes each branch of some for possible. */
function isRightWithinIf({ ruleId, propertyPath, message }) {
  return (
    (ruleId === 'W1001' && propertyPath.includes('Fn::If')) ||
    (ruleId === 'F3033' && message.startsWith('length 0 '))
  )
}

/** The short forms: !Ref x is {Ref: x}, !Sub x is {Fn::Sub: x}. */
const SHORT_FORMS = [
  'Ref',
  'GetAtt',
  'Sub',
  'If',
  'ImportValue',
  'Join',
  'Select',
  'Split',
  'Equals',
  'Not',
  'And',
  'Or',
  'Base64',
  'FindInMap',
  'GetAZs',
  'Cidr',
].flatMap((name) => {
  const key = name === 'Ref' ? name : `Fn::${name}`
  return [
    { tag: `!${name}`, resolve: (text) => ({ [key]: text }) },
    ...['map', 'seq'].map((collection) => ({
      tag: `!${name}`,
      collection,
      resolve: (node) => ({ [key]: node.toJSON() }),
    })),
  ]
})

function parse(file) {
  return yaml.parse(readFileSync(file, 'utf8'), { customTags: SHORT_FORMS })
}

const engine = new CelEngine({})
const spec = new SpecCheck()

function* findings(file) {
  for (const diagnostic of engine.validateStandard(new TemplateFile(file)).diagnostics) {
    if (!ADVICE.has(diagnostic.severity) && !isRightWithinIf(diagnostic)) {
      yield {
        file,
        tool: 'cloudformation-validate',
        at: [diagnostic.entity?.logicalId, diagnostic.propertyPath].filter(Boolean).join('.'),
        says: `${diagnostic.ruleId} ${diagnostic.message}`,
      }
    }
  }
  let template
  try {
    template = parse(file)
  } catch (error) {
    yield { file, tool: 'service-spec', at: '', says: error.message }
    return
  }
  for (const finding of spec.findings(template)) {
    yield { file, tool: 'service-spec', ...finding }
  }
}

for (const file of process.argv.slice(2)) {
  for (const finding of findings(file)) {
    process.exitCode = 1
    console.log(JSON.stringify(finding))
  }
}
engine.free()
