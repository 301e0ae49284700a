'use strict'

/**
 * Checks templates against @aws-cdk/aws-service-spec, the database that the AWS CDK is generated
 * from: types of resources, their properties, which are required, their types and enumerations, and
 * that each Ref, GetAtt, Sub, condition and DependsOn leads somewhere.
 *
 * What only a deployment can tell (an import's value, a parameter without a list of values) is taken
 * for right.
 */

const { loadAwsServiceSpecSync } = require('@aws-cdk/aws-service-spec')

const PSEUDO_PARAMETERS = new Set(
  [
    'AccountId',
    'NotificationARNs',
    'NoValue',
    'Partition',
    'Region',
    'StackId',
    'StackName',
    'URLSuffix',
  ].map((name) => `AWS::${name}`),
)

const FUNCTIONS = new Set(
  [
    'Base64',
    'Cidr',
    'FindInMap',
    'GetAtt',
    'GetAZs',
    'If',
    'ImportValue',
    'Join',
    'Select',
    'Split',
    'Sub',
    'And',
    'Equals',
    'Not',
    'Or',
  ].map((name) => `Fn::${name}`),
)

/** May have any properties that its function wants, in addition to its own. */
const CUSTOM_RESOURCE = 'AWS::CloudFormation::CustomResource'

class SpecCheck {
  constructor() {
    this.database = loadAwsServiceSpecSync()
  }

  /** What is wrong with a template that has been parsed to plain objects: [{at, says}]. */
  findings(template) {
    return new TemplateCheck(this.database, template).run()
  }
}

class TemplateCheck {
  constructor(database, template) {
    this.database = database
    this.parameters = template.Parameters ?? {}
    this.conditions = template.Conditions ?? {}
    this.resources = template.Resources ?? {}
    this.template = template
    this.found = []
  }

  run() {
    for (const section of ['Rules', 'Conditions', 'Resources', 'Outputs']) {
      this.checkReferences(this.template[section], section, new Set())
    }
    for (const [id, resource] of Object.entries(this.resources)) {
      this.checkResource(`Resources.${id}`, resource)
    }
    for (const [id, output] of Object.entries(this.template.Outputs ?? {})) {
      this.checkCondition(output.Condition, `Outputs.${id}.Condition`)
    }
    return this.found
  }

  report(at, says) {
    this.found.push({ at, says })
  }

  // --- References -------------------------------------------------------------------------------

  checkReferences(node, at) {
    if (Array.isArray(node)) {
      node.forEach((each, index) => this.checkReferences(each, `${at}[${index}]`))
    } else if (node !== null && typeof node === 'object') {
      for (const [key, value] of Object.entries(node)) {
        if (key === 'Ref') {
          this.checkRef(value, at)
        } else if (key === 'Fn::GetAtt') {
          this.checkGetAtt(typeof value === 'string' ? value : value.join('.'), at)
        } else if (key === 'Fn::Sub') {
          this.checkSub(value, at)
        } else if (key === 'Fn::If') {
          this.checkCondition(value[0], at)
        } else if (key.startsWith('Fn::') && !FUNCTIONS.has(key)) {
          this.report(at, `there is no function ${key}`)
        }
        if (key !== 'Fn::Sub') {
          this.checkReferences(value, `${at}.${key}`)
        }
      }
    }
  }

  checkRef(name, at) {
    if (!(name in this.parameters || name in this.resources || PSEUDO_PARAMETERS.has(name))) {
      this.report(at, `Ref to ${name}, which is not there`)
    }
  }

  checkGetAtt(name, at) {
    const [id, ...rest] = name.split('.')
    const attribute = rest.join('.')
    const resource = this.resources[id]
    if (resource === undefined) {
      this.report(at, `GetAtt of ${id}, which is not there`)
      return
    }
    const spec = this.specOf(resource.Type)
    if (spec !== undefined && !(attribute in spec.attributes)) {
      this.report(at, `GetAtt of ${name}, an attribute that ${resource.Type} does not have`)
    }
  }

  checkSub(argument, at) {
    const [text, variables] = Array.isArray(argument) ? argument : [argument, {}]
    this.checkReferences(variables, at)
    for (const [, name] of text.matchAll(/\$\{([^!}][^}]*)\}/g)) {
      if (name in variables) {
        continue
      }
      if (name.includes('.')) {
        this.checkGetAtt(name, at)
      } else {
        this.checkRef(name, at)
      }
    }
    for (const name of Object.keys(variables)) {
      if (!text.includes(`\${${name}}`)) {
        this.report(at, `Sub is given ${name}, which its text does not have`)
      }
    }
  }

  checkCondition(name, at) {
    if (name !== undefined && !(name in this.conditions)) {
      this.report(at, `there is no condition ${name}`)
    }
  }

  // --- Resources --------------------------------------------------------------------------------

  specOf(type) {
    return this.database.lookup('resource', 'cloudFormationType', 'equals', type)[0]
  }

  checkResource(at, resource) {
    const spec = this.specOf(resource.Type)
    if (spec === undefined) {
      this.report(at, `there is no type of resource ${resource.Type}`)
      return
    }
    this.checkCondition(resource.Condition, `${at}.Condition`)
    for (const id of [resource.DependsOn ?? []].flat()) {
      if (!(id in this.resources)) {
        this.report(at, `DependsOn ${id}, which is not there`)
      }
    }
    this.checkObject(
      `${at}.Properties`,
      resource.Properties ?? {},
      spec.properties,
      resource.Type === CUSTOM_RESOURCE,
    )
  }

  checkObject(at, value, properties, open = false) {
    for (const [name, property] of Object.entries(properties)) {
      if (property.required && isNoValue(value[name])) {
        this.report(at, `${name} is missing`)
      }
    }
    for (const [name, each] of Object.entries(value)) {
      if (name in properties) {
        this.checkValue(`${at}.${name}`, each, properties[name].type)
      } else if (!open) {
        this.report(at, `there is no property ${name}`)
      }
    }
  }

  checkValue(at, value, type) {
    const call = functionIn(value)
    if (call === 'Fn::If') {
      value['Fn::If'].slice(1).forEach((branch) => this.checkValue(at, branch, type))
    } else if (call === 'Ref') {
      this.checkParameter(at, value.Ref, type)
    } else if (call === undefined) {
      const wrong = this.mismatch(at, value, type)
      if (wrong !== undefined) {
        this.report(at, wrong)
      }
    }
  }

  /** Each value that a parameter allows must be one that the property allows. */
  checkParameter(at, name, type) {
    const parameter = this.parameters[name]
    for (const value of parameter?.AllowedValues ?? [parameter?.Default]) {
      if (value !== undefined && value !== '') {
        const wrong = this.mismatch(at, value, type)
        if (wrong !== undefined) {
          this.report(at, `parameter ${name}: ${wrong}`)
        }
      }
    }
  }

  /** Why the value is not of the type; undefined if it is. Looks into objects and lists. */
  mismatch(at, value, type) {
    const isObject = value !== null && typeof value === 'object' && !Array.isArray(value)
    switch (type.type) {
      case 'string':
        if (typeof value === 'object') {
          return 'must be a text'
        }
        return allows(type, String(value))
      case 'integer':
      case 'number':
        if (
          !/^-?\d+(\.\d+)?$/.test(String(value)) ||
          (type.type === 'integer' && !Number.isInteger(Number(value)))
        ) {
          return `must be ${type.type === 'integer' ? 'a whole number' : 'a number'}`
        }
        return allows(type, Number(value))
      case 'boolean':
        return ['true', 'false'].includes(String(value)) ? undefined : 'must be true or false'
      case 'date-time':
        return typeof value === 'string' ? undefined : 'must be a time'
      case 'json':
        return isObject || typeof value === 'string' ? undefined : 'must be JSON'
      case 'tag':
        return isObject && 'Key' in value && 'Value' in value ? undefined : 'must be a tag'
      case 'array':
        if (!Array.isArray(value)) {
          return 'must be a list'
        }
        value.forEach((each, index) => this.checkValue(`${at}[${index}]`, each, type.element))
        return undefined
      case 'map':
        if (!isObject) {
          return 'must be a map'
        }
        Object.entries(value).forEach(([key, each]) =>
          this.checkValue(`${at}.${key}`, each, type.element),
        )
        return undefined
      case 'ref':
        if (!isObject) {
          return 'must be an object'
        }
        this.checkObject(at, value, this.database.get('typeDefinition', type.reference).properties)
        return undefined
      case 'union':
        return this.mismatchOfAll(at, value, type.types)
      default:
        return `is of a type unknown here, ${type.type}`
    }
  }

  /** With the fewest complaints that any of the types gives rise to. */
  mismatchOfAll(at, value, types) {
    const before = this.found
    const attempts = types.map((type) => {
      this.found = []
      const wrong = this.mismatch(at, value, type)
      return wrong === undefined ? this.found : [...this.found, { at, says: wrong }]
    })
    this.found = before.concat(attempts.reduce((a, b) => (b.length < a.length ? b : a)))
    return undefined
  }
}

function allows(type, value) {
  const allowed = type.allowedValues?.map((each) => each?.const ?? each)
  return allowed === undefined || allowed.includes(value)
    ? undefined
    : `'${value}' is none of ${allowed.join(', ')}`
}

function functionIn(value) {
  const keys = value !== null && typeof value === 'object' ? Object.keys(value) : []
  return keys.length === 1 && (keys[0] === 'Ref' || keys[0].startsWith('Fn::'))
    ? keys[0]
    : undefined
}

function isNoValue(value) {
  return value === undefined || (functionIn(value) === 'Ref' && value.Ref === 'AWS::NoValue')
}

module.exports = { SpecCheck }
