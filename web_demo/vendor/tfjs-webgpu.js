/* TensorFlow.js 4.22.0, Copyright Google LLC, Apache-2.0; see LICENSE beside this file. */
import{a as or}from"./tfjs-shared-4SUI6KRZ.js";import{B as Ft,C as Ot,E as Wt,G as Vt,I as Gt,K as Ht,M as qt,N as Kt,P as Xt,R as Qt,T as Yt,V as jt,X as Zt,Z as Jt,aa as er,b as Bt,ga as tr,ha as rr,j as Lt,n as zt,q as Tt,u as Mt,v as Ut}from"./tfjs-shared-DMN3TYGK.js";import{$ as Fr,A as wr,Aa as ho,B as Pe,Ba as mo,Ca as fo,Cb as Po,D as Oe,Da as go,Db as Eo,Ea as xo,Fa as Co,Fc as No,Ga as bo,Ha as So,I as W,Ia as wo,J as yr,Ja as yo,K as Ir,Ka as Io,L as $r,Lb as Ge,M as vr,Ma as C,Mb as pe,N as kr,Nb as _o,O as Rr,Ob as be,P as Ar,Q as Pr,R as Er,S as _r,Sa as $o,T as Dr,Ta as We,U as Nr,Ua as Et,V as Br,W as Lr,X as zr,Y as Tr,Z as Mr,Za as de,_ as Ur,_a as vo,aa as Or,ad as Bo,ba as Wr,bd as ce,ca as Vr,cb as oe,da as Gr,dc as Se,dd as Lo,ea as Hr,ec as Do,ed as zo,f as dr,fa as qr,fc as He,fd as To,g as mr,ga as Kr,gc as qe,gd as Mo,hb as Ve,hc as Ke,hd as Uo,i as fr,ia as Xr,id as Fo,j as _,ja as Qr,jd as Oo,k as gr,ka as Yr,kd as Wo,l as E,la as jr,ld as Dt,m as Pt,ma as Zr,md as Vo,n as ne,na as Jr,nd as Go,oa as eo,od as Nt,pa as to,pb as ko,qa as ro,ra as oo,s as xr,sa as so,t as re,ta as io,ua as ao,v as Fe,va as no,w as Cr,wa as uo,wb as _t,x as br,xa as lo,xb as J,ya as po,yb as Ro,z as Sr,za as co,zb as Ao}from"./tfjs-shared-4TN6AAXA.js";var Q=W();Q.registerFlag("WEBGPU_DEFERRED_SUBMIT_BATCH_SIZE",()=>15);Q.registerFlag("WEBGPU_CPU_FORWARD",()=>!0);Q.registerFlag("WEBGPU_MATMUL_PROGRAM_TYPE",()=>-1);Q.registerFlag("WEBGPU_USE_NAIVE_CONV2D_TRANSPOSE",()=>!0);Q.registerFlag("WEBGPU_USE_LOW_POWER_GPU",()=>!1);Q.registerFlag("WEBGPU_CPU_HANDOFF_SIZE_THRESHOLD",()=>1e3);Q.registerFlag("WEBGPU_USE_PROFILE_TOOL",()=>!1);Q.registerFlag("WEBGPU_IMPORT_EXTERNAL_TEXTURE",()=>!0);Q.registerFlag("WEBGPU_USE_NAIVE_CONV2D_DEBUG",()=>!1);Q.registerFlag("WEBGPU_THRESHOLD_TO_INCREASE_WORKGROUPS_FOR_MATMUL",()=>-1);Q.registerFlag("WEBGPU_CONV_SEPARATE_IM2COL_SHADER",()=>!1);Q.registerFlag("WEBGPU_PRINT_SHADER",()=>"");Q.registerFlag("WEBGPU_ENGINE_COMPILE_ONLY",()=>!1);var Xe=class{constructor(t){t&&(this.vendor=t.vendor,this.architecture=t.architecture,this.intelGPUGeneration=this.getIntelGPUGeneration())}getIntelGPUGeneration(){if(this.isIntel()){if(this.architecture.startsWith("gen"))return Number(this.architecture.match(/\d+/));if(this.architecture.startsWith("xe"))return 12}return 0}isIntel(){return this.vendor==="intel"}};var Qe=class{constructor(t){this.device=t,this.numUsedBuffers=0,this.numFreeBuffers=0,this.freeBuffers=new Map,this.usedBuffers=new Map,this.numBytesUsed=0,this.numBytesAllocated=0}acquireBuffer(t,e,o=!1,s=!0){let i,a=Ho(t,e);return s?(this.freeBuffers.has(a)||this.freeBuffers.set(a,[]),this.freeBuffers.get(a).length>0?(i=this.freeBuffers.get(a).pop(),this.numFreeBuffers--):(i=this.device.createBuffer({size:t,usage:e,mappedAtCreation:o}),this.numBytesAllocated+=t)):(i=this.device.createBuffer({size:t,usage:e,mappedAtCreation:o}),this.numBytesAllocated+=t),this.usedBuffers.has(a)||this.usedBuffers.set(a,[]),this.usedBuffers.get(a).push(i),this.numUsedBuffers++,this.numBytesUsed+=t,i}releaseBuffer(t,e=!0){if(this.freeBuffers.size===0)return;let o=t.size,s=t.usage,i=Ho(o,s),a=this.usedBuffers.get(i),n=a.indexOf(t);if(n<0)throw new Error("Cannot find the buffer in buffer manager");a[n]=a[a.length-1],a.pop(),this.numUsedBuffers--,this.numBytesUsed-=o,e?(this.freeBuffers.get(i).push(t),this.numFreeBuffers++):(t.destroy(),this.numBytesAllocated-=o)}getNumUsedBuffers(){return this.numUsedBuffers}getNumFreeBuffers(){return this.numFreeBuffers}dispose(){this.freeBuffers.forEach((t,e)=>{t.forEach(o=>{o.destroy()})}),this.usedBuffers.forEach((t,e)=>{t.forEach(o=>{o.destroy()})}),this.freeBuffers=new Map,this.usedBuffers=new Map,this.numUsedBuffers=0,this.numFreeBuffers=0,this.numBytesUsed=0,this.numBytesAllocated=0}};function Ho(r,t){return`${r}_${t}`}var Ye=class{constructor(t){this.device=t,this.numUsedTextures=0,this.numFreeTextures=0,this.freeTextures=new Map,this.usedTextures=new Map,this.numBytesUsed=0,this.numBytesAllocated=0}acquireTexture(t,e,o,s){let i=Ko(o),a=t*e*i,n=qo(t,e,o,s);if(this.freeTextures.has(n)||this.freeTextures.set(n,[]),this.usedTextures.has(n)||this.usedTextures.set(n,[]),this.numBytesUsed+=a,this.numUsedTextures++,this.freeTextures.get(n).length>0){this.numFreeTextures--;let p=this.freeTextures.get(n).shift();return this.usedTextures.get(n).push(p),p}this.numBytesAllocated+=a;let u=this.device.createTexture({size:[t,e],format:o,usage:s});return this.usedTextures.get(n).push(u),u}releaseTexture(t){if(this.freeTextures.size===0)return;let e=t.width,o=t.height,s=t.format,i=t.usage,a=qo(e,o,s,i);this.freeTextures.has(a)||this.freeTextures.set(a,[]),this.freeTextures.get(a).push(t),this.numFreeTextures++,this.numUsedTextures--;let n=this.usedTextures.get(a),u=n.indexOf(t);if(u<0)throw new Error("Cannot release a texture that was never provided by this texture manager");n.splice(u,1);let p=Ko(s),l=e*o*p;this.numBytesUsed-=l}getNumUsedTextures(){return this.numUsedTextures}getNumFreeTextures(){return this.numFreeTextures}dispose(){this.freeTextures.forEach((t,e)=>{t.forEach(o=>{o.destroy()})}),this.usedTextures.forEach((t,e)=>{t.forEach(o=>{o.destroy()})}),this.freeTextures=new Map,this.usedTextures=new Map,this.numUsedTextures=0,this.numFreeTextures=0,this.numBytesUsed=0,this.numBytesAllocated=0}};function qo(r,t,e,o){return`${r}_${t}_${e}_${o}`}function Ko(r){if(r==="rgba8unorm")return 16;throw new Error(`${r} is not supported!`)}function Xo(r,t){if(Math.max(...r)>5)throw new Error("Cannot symbolically compute strides for rank > 6 tensor.");let e=r.length,o="xyzwuv",s=r.map(a=>`${t}.${o[a]}`),i=new Array(e-1);i[e-2]=s[e-1];for(let a=e-3;a>=0;--a)i[a]=`(${i[a+1]} * ${s[a+1]})`;return i}var Qo=(r,t,e)=>e==="int32"?`atomicAdd(${r}, bitcast<i32>(${t}));`:`
          {
            var oldValue = 0;
            loop {
              let newValueF32 = bitcast<f32>(oldValue) + (${t});
              let newValue = bitcast<i32>(newValueF32);
              let res = atomicCompareExchangeWeak(${r}, oldValue, newValue);
              if res.exchanged {
                break;
              }
              oldValue = res.old_value;
            }
          }`;var Ee;(function(r){r[r.FROM_PIXELS=0]="FROM_PIXELS",r[r.DRAW=1]="DRAW"})(Ee||(Ee={}));var Jo=(r,t,e,o,s)=>{let i={dtype:o.dtype,shape:o.shape},a=Ri(e,i,t),n=r.createShaderModule({code:a,label:t.constructor.name}),u=W().get("WEBGPU_PRINT_SHADER");if(u!==""){u=u.toLowerCase();let p=u.split(",");(u==="all"||p.some(l=>t.shaderKey.toLowerCase().includes(l)))&&(console.group(t.shaderKey),console.debug(a),console.groupEnd())}return s?r.createComputePipelineAsync({compute:{module:n,entryPoint:"_start"},label:t.constructor.name,layout:"auto"}):r.createComputePipeline({compute:{module:n,entryPoint:"_start"},label:t.constructor.name,layout:"auto"})},A=(r,t="f32")=>{switch(r){case 1:return`${t}`;case 2:return`vec2<${t}>`;case 3:return`vec3<${t}>`;case 4:return`vec4<${t}>`;default:throw new Error(`${r}-component ${t} is not supported.`)}};function U(r){if(r<=1)return"i32";if(r===2)return"vec2<i32>";if(r===3)return"vec3<i32>";if(r===4)return"vec4<i32>";if(r===5)return"vec5";if(r===6)return"vec6";throw Error(`GPU for rank ${r} is not yet supported`)}function j(r){if(r===0)return"x";if(r===1)return"y";if(r===2)return"z";if(r===3)return"w";if(r===4)return"u";if(r===5)return"v";throw Error(`Index ${r} is not yet supported`)}function b(...r){let t;switch(r.length){case 0:t=`
        fn main()
      `;break;case 1:t=`
        fn main(${r[0]} : i32)
      `;break;default:throw Error("Unreachable")}return t}function Yo(r,t){let e;return e=`
     ${ki(t)}
      fn _start(@builtin(local_invocation_id) LocalId : vec3<u32>,
                @builtin(global_invocation_id) GlobalId : vec3<u32>,
                @builtin(local_invocation_index) LocalIndex: u32,
                @builtin(workgroup_id) WorkgroupId : vec3<u32>,
                @builtin(num_workgroups) NumWorkgroups : vec3<u32>) {
        localId = LocalId;
        localIndex = LocalIndex;
        globalId = GlobalId;
        numWorkgroups = NumWorkgroups;
        workgroupId = WorkgroupId;
        ${r?"main(getGlobalIndex());":"main();"};
      }
    `,e}function ki(r){return`
  @compute @workgroup_size(${r.workgroupSize[0]}, ${r.workgroupSize[1]}, ${r.workgroupSize[2]})
`}function Ri(r,t,e){let o=[],s=e.workgroupSize[0]*e.workgroupSize[1]*e.workgroupSize[2];if(e.outputComponent=e.outputComponent?e.outputComponent:1,o.push(`

      var<private> localId: vec3<u32>;
      var<private> localIndex: u32;
      var<private> globalId: vec3<u32>;
      var<private> numWorkgroups: vec3<u32>;
      var<private> workgroupId: vec3<u32>;

      // Only used when the y/z dimension of workgroup size is 1.
      fn getGlobalIndex() -> i32 {
        ${ts(e)?"  return i32(globalId.x);":`  return i32((workgroupId.z * numWorkgroups.x * numWorkgroups.y +
                workgroupId.y * numWorkgroups.x + workgroupId.x) * ${s}u +
                localIndex);
        `}
      }
    `),e.pixelsOpType!=null){let f=e.pixelsOpType===Ee.FROM_PIXELS?`@group(0) @binding(0) var<storage, read_write> result: array<${we(t.dtype,e.outputComponent)}>;`:`@group(0) @binding(1) var<storage, read> inBuf : array<${we(r[0].dtype,e.outputComponent)}>;`,m=t.shape.length===3?"vec2<i32>":"i32";o.push(`
        struct Uniform {
          outShapeStrides : ${m},
          size            : i32,
          numChannels     : i32,
          alpha           : f32,
        };

        ${f}
        @group(0) @binding(2) var<uniform> uniforms: Uniform;
      `);let x=Zo(e);return[jo,o.join(`
`),sr(t.shape),e.getUserCode(),Yo(x,e)].join(`
`)}let i,a,n="struct Uniforms { NAN : f32, INFINITY : f32, ";e.variableNames.forEach((f,m)=>{let x=U(r[m].shape.length);n+=`${f.charAt(0).toLowerCase()+f.slice(1)}Shape : ${x}, `,i=r[m].shape.length-1,a=U(i),n+=`${f.charAt(0).toLowerCase()+f.slice(1)}ShapeStrides: ${a}, `});let u=U(t.shape.length);n+=`outShape : ${u}, `,i=t.shape.length-1,a=U(i),n+=`
         outShapeStrides: ${a}, `,e.size&&(n+="size : i32, "),e.uniforms&&(n+=e.uniforms),n+="};",n=Li(n),o.push(n),e.atomic?o.push(`
      @group(0) @binding(0) var<storage, read_write> result: array<atomic<i32>>;
    `):o.push(`
      @group(0) @binding(0) var<storage, read_write> result: array<${we(t.dtype,e.outputComponent)}>;
    `),e.variableNames.forEach((f,m)=>{o.push(`
      @group(0) @binding(${1+m}) var<storage, read> ${f}: array<${e.variableComponents?we(r[m].dtype,e.variableComponents[m]):we(r[m].dtype,e.outputComponent)}>;
        `)}),n!==""&&o.push(`
      @group(0) @binding(${1+e.variableNames.length}) var<uniform> uniforms: Uniforms;
      `);let p=Di(t.shape,e.dispatchLayout),l=[jo,o.join(`
`)+Ai,sr(t.shape),p,Ni(t.shape.length)];e.atomic||l.push(Bi(t.shape,t.dtype,e.outputComponent)),e.variableNames.forEach((f,m)=>{l.push(`${sr(r[m].shape,f)}`)});let d=r.map((f,m)=>_i(f,t.shape,e.variableComponents?e.variableComponents[m]:e.outputComponent,e.dispatchLayout.x.length===t.shape.length)).join(`
`);l.push(d),l.push(e.getUserCode());let c=Zo(e);return l.push(Yo(c,e)),l.join(`
`)}function es(r,t,e){let o=r.shaderKey;if(r.pixelsOpType!=null)return o;let s=[],i=[];t.forEach(l=>{s.push(l.shape),i.push(l.dtype)}),s.push(e.shape),i.push(e.dtype);let a=t.map(l=>_t(l.shape,e.shape)),n=t.map(l=>ne(l.shape,e.shape)).join("_"),u=a.map(l=>l.join("_")).join(";"),p=ts(r)?"flatDispatch":"";return o+="_"+(r.workgroupSize?r.workgroupSize.join(","):"")+s.map(l=>l.length).join(",")+i.join(",")+r.variableNames.join(",")+u+n+p,o}var jo=`
  struct vec5 {x: i32, y: i32, z: i32, w: i32, u: i32};
  struct vec6 {x: i32, y: i32, z: i32, w: i32, u: i32, v: i32};

  // Checks whether coordinates lie within the bounds of the shape.
  fn coordsInBounds2D(coord : vec2<i32>, shape : vec2<i32>) -> bool {
    return all(coord >= vec2<i32>(0)) && all(coord < shape);
  }
  fn coordsInBounds3D(coord : vec3<i32>, shape : vec3<i32>) -> bool {
    return all(coord >= vec3<i32>(0)) && all(coord < shape);
  }
  fn coordsInBounds4D(coord : vec4<i32>, shape : vec4<i32>) -> bool {
    return all(coord >= vec4<i32>(0)) && all(coord < shape);
  }

  fn getIndexFromCoords1D(coord : i32, shape : i32) -> i32 {
    return coord;
  }
  fn getIndexFromCoords2D(coords : vec2<i32>, shape : vec2<i32>) -> i32 {
    return dot(coords, vec2<i32>(shape.y, 1));
  }
  fn getIndexFromCoords3D(coords : vec3<i32>, shape : vec3<i32>) -> i32 {
    return dot(coords, vec3<i32>(shape.y * shape.z, shape.z, 1));
  }
  fn getIndexFromCoords4D(coords : vec4<i32>, shape : vec4<i32>) -> i32 {
    return dot(coords, vec4<i32>(
        shape.y * shape.z * shape.w, shape.z * shape.w, shape.w, 1));
  }
  fn getIndexFromCoords5D(coords : vec5, shape : vec5) -> i32 {
    let shapeStrides: vec5 = vec5(shape.y * shape.z * shape.w * shape.u, shape.z * shape.w * shape.u, shape.w * shape.u, shape.u, 1);
    return coords.x*shapeStrides.x + coords.y*shapeStrides.y + coords.z*shapeStrides.z + coords.w*shapeStrides.w + coords.u*shapeStrides.u;
  }
  fn getIndexFromCoords6D(coords : vec6, shape : vec6) -> i32 {
    let shapeStrides: vec6 = vec6(shape.y * shape.z * shape.w * shape.u * shape.v, shape.z * shape.w * shape.u * shape.v, shape.w * shape.u * shape.v, shape.u * shape.v, shape.v, 1);
    return coords.x*shapeStrides.x + coords.y*shapeStrides.y + coords.z*shapeStrides.z + coords.w*shapeStrides.w + coords.u*shapeStrides.u + coords.v*shapeStrides.v;
  }

  // NaN defination in IEEE 754-1985 is :
  //   - sign = either 0 or 1.
  //   - biased exponent = all 1 bits.
  //   - fraction = anything except all 0 bits (since all 0 bits represents infinity).
  // https://en.wikipedia.org/wiki/IEEE_754-1985#Representation_of_non-numbers
  fn isnan(val: f32) -> bool {
    let floatToUint: u32 = bitcast<u32>(val);
    return (floatToUint & 0x7fffffffu) > 0x7f800000u;
  }
  fn isnanVec4(val : vec4<f32>) -> vec4<bool> {
    let floatToUint: vec4<u32> = bitcast<vec4<u32>>(val);
    return (floatToUint & vec4<u32>(0x7fffffffu)) > vec4<u32>(0x7f800000u);
  }
`,Ai=`
  fn isinf(val: f32) -> bool {
    return abs(val) == uniforms.INFINITY;
  }
`;function sr(r,t=""){let e=r.length,o=t!==""?`get${t.charAt(0).toUpperCase()+t.slice(1)}CoordsFromIndex`:"getCoordsFromIndex",s=t!==""?`${t.charAt(0).toLowerCase()+t.slice(1)}ShapeStrides`:"outShapeStrides";if(e<=1)return`fn ${o}(index : i32) -> i32 { return index; }`;let i=Pe(r),a=U(e),n=[];for(let p=0;p<e;p++)n.push(`d${p}`);if(i.length===1)return`    fn ${o}(index : i32) -> vec2<i32> {
      let d0 = index / uniforms.${s}; let d1 = index - d0 * uniforms.${s};
      return vec2<i32>(d0, d1);
    }`;let u;return u="var index2 = index;"+i.map((p,l)=>{let d=`let ${n[l]} = index2 / uniforms.${s}.${j(l)}`,c=l===i.length-1?`let ${n[l+1]} = index2 - ${n[l]} * uniforms.${s}.${j(l)}`:`index2 = index2 - ${n[l]} * uniforms.${s}.${j(l)}`;return`${d}; ${c};`}).join(""),`
    fn ${o}(index : i32) -> ${a} {
      ${u}
      return ${a}(${n.join(",")});
    }
  `}function Pi(r,t){let e=r.name,o=r.shape.length,s=U(o),i="get"+e.charAt(0).toUpperCase()+e.slice(1),a=["d0","d1","d2","d3","d4","d5"].slice(0,o),n=a.map(l=>`${l} : i32`).join(", ");if(o<1)return`
      fn ${i}() -> ${A(t)} {
        return ${A(t)}(${e}[0]);
      }
    `;let u=`uniforms.${e.charAt(0).toLowerCase()+e.slice(1)}Shape`,p=`${o}D`;return o===0&&(p="1D"),`
    fn ${i}(${n}) -> ${A(t)} {
      return ${A(t)}(${e}[getIndexFromCoords${p}(${s}(${a.join(",")}),
        ${u})${t===1?"":` / ${t}`}]);
    }
   `}function Ei(r,t,e,o){let s=r.name,i=s.charAt(0).toUpperCase()+s.slice(1),a="get"+i+"ByOutput",n=r.shape.length,u=t.length,p=U(u);if(ne(r.shape,t)&&o)return`
    fn ${a}Index(globalIndex : i32) -> ${A(e)} {
      return ${A(e)}(${s}[globalIndex]);
    }

    fn ${a}Coords(coords : ${p}) -> ${A(e)} {
      return ${A(e)}(${s}[${u>1?"getOutputIndexFromCoords(coords)":"coords"}${e===1?"":` / ${e}`}]);
    }
    `;let l=_t(r.shape,t),d=u-n,c="";if(n===0)return`
    fn ${a}Index(globalIndex : i32) -> ${A(e)}{
      return get${i}();
    }

    fn ${a}Coords(coords : ${p}) -> ${A(e)}{
      return get${i}();
    }
  `;u<2&&l.length>=1?c="coords = 0;":c=l.map(x=>`coords.${j(x+d)} = 0;`).join(`
`);let h="";if(u<2&&n>0)h="coords";else if(u>1){let x=U(n),w=r.shape.map(($,v)=>`coords.${j(v+d)}`).join(", ");h=`${x}(${w})`}else h="coords";let f=`uniforms.${s.charAt(0).toLowerCase()+s.slice(1)}Shape`,m=`${n}D`;return`
  fn ${a}Index(globalIndex : i32) -> ${A(e)} {
    var coords = getCoordsFromIndex(globalIndex);
    ${c}
    return ${A(e)}(${s}[getIndexFromCoords${m}(${h}, ${f})${e===1?"":` / ${e}`}]);
  }

  fn ${a}Coords(coordsIn : ${p}) -> ${A(e)} {
    var coords = coordsIn;
    ${c}
    return ${A(e)}(${s}[getIndexFromCoords${m}(${h}, ${f})${e===1?"":` / ${e}`}]);
  }
`}function _i(r,t,e,o){let s=Pi(r,e);return r.shape.length<=t.length&&(s+=Ei(r,t,e,o)),s}function Di(r,t){let{x:e,y:o=[],z:s=[]}=t,i=r.length,a=e.length+o.length+s.length;if(a!==i)return"";if(e.length===i)return`fn getOutputCoords() -> ${U(i)}{
    let globalIndex = getGlobalIndex();
    return getCoordsFromIndex(globalIndex);
  }
  `;let n="",u=[e,o,s];for(let c=0;c<u.length;c++){let h=u[c];if(h.length!==0)if(h.length===1)n+=`let d${h[0]} = i32(globalId[${c}]);`;else{let f=Xo(h,"uniforms.outShape");n+=`var index${c} = i32(globalId[${c}]);`;for(let m=0;m<f.length;m++)n+=`let d${h[m]} = index${c} / ${f[m]};`,m===f.length-1?n+=`let d${h[m+1]} = index${c} - d${h[m]} * ${f[m]};`:n+=`index${c} = index${c} - d${h[m]} * ${f[m]};`}}let p=[];for(let c=0;c<a;c++)p.push(`d${c}`);let l=U(a),d=`fn getOutputCoords() -> ${l} {
  ${n}
`;return p.length===0?d+=`return ${l}(0); }`:d+=`return ${l}(${p.join(",")}); }`,d}function Ni(r){let t="";switch(r){case 0:case 1:t+=`
        fn getOutputIndexFromCoords(coords : i32) -> i32 {
          return coords;
        }
        `;break;case 2:t+=`
        fn getOutputIndexFromCoords(coords : vec2<i32>) -> i32 {
          return dot(coords, vec2<i32>(uniforms.outShapeStrides, 1));
        }
        `;break;case 3:t+=`
        fn getOutputIndexFromCoords(coords : vec3<i32>) -> i32 {
          return dot(coords, vec3<i32>(uniforms.outShapeStrides.x, uniforms.outShapeStrides.y, 1));
        }
        `;break;case 4:t+=`
        fn getOutputIndexFromCoords(coords : vec4<i32>) -> i32 {
          return dot(coords, vec4<i32>(
            uniforms.outShapeStrides.x, uniforms.outShapeStrides.y, uniforms.outShapeStrides.z, 1));
        }
        `;break;case 5:t+=`
        fn getOutputIndexFromCoords(coords : vec5) -> i32 {
          return coords.x * uniforms.outShapeStrides.x +
              coords.y * uniforms.outShapeStrides.y +
              coords.z * uniforms.outShapeStrides.z +
              coords.w * uniforms.outShapeStrides.w +
              coords.u;
        }
        `;break;case 6:t+=`
        fn getOutputIndexFromCoords(coords : vec6) -> i32 {
          return coords.x * uniforms.outShapeStrides.x +
              coords.y * uniforms.outShapeStrides.y +
              coords.z * uniforms.outShapeStrides.z +
              coords.w * uniforms.outShapeStrides.w +
              coords.u * uniforms.outShapeStrides.u +
              coords.v;
        }
        `;break;default:_(!1,()=>`Unsupported ${r}D shape`);break}return t}function ts(r){return r.dispatch[1]===1&&r.dispatch[2]===1}function we(r,t=1){if(r==="float32")return A(t,"f32");if(r==="int32"||r==="bool")return A(t,"i32");throw new Error(`type ${r} is not supported.`)}function Bi(r,t,e){let o=r.length,s=we(t,e),i=`fn setOutputAtIndex(flatIndex : i32, value : ${A(e)}) {
      result[flatIndex] = ${s}(value);
    }

    fn setOutputAtIndexI32(flatIndex : i32, value : ${A(e,"i32")}) {
      result[flatIndex] = ${s}(value);
    }
    `;if(o>=2){let a=["d0","d1","d2","d3","d4","d5"].slice(0,o),n=U(o);i+=`
      fn setOutputAtCoords(${a.map(u=>`${u} : i32`).join(", ")}, value : ${A(e)}) {
        let flatIndex = getOutputIndexFromCoords(${n}(${a.join(", ")}));
        setOutputAtIndex(flatIndex${e===1?"":` / ${e}`}, value);
      }
      fn setOutputAtCoordsI32(${a.map(u=>`${u} : i32`).join(", ")}, value : ${A(e,"i32")}) {
        let flatIndex = getOutputIndexFromCoords(${n}(${a.join(", ")}));
        setOutputAtIndexI32(flatIndex${e===1?"":` / ${e}`}, value);
      }
    `}return i}function Li(r){let t=/(\w+)\s*:\s*vec(5|6)/g;r=r.replace(t,o=>"@align(16) "+o);let e=/vec(5|6)\s*,\s*(\w+)/g;return r=r.replace(e,(o,s,i)=>`vec${s}, @align(16) ${i}`),r}function Zo(r){return!(r.dispatchLayout.hasOwnProperty("y")&&r.dispatchLayout.y.length!==0||r.dispatchLayout.hasOwnProperty("z")&&r.dispatchLayout.z.length!==0)}var me=r=>{let t=1;for(let e=0;e<r.length;e++)t*=r[e];return t};function S(r,t,e=[1,1,1],o=[1,1,1]){let[s,i,a]=[Math.ceil(me(r.x.map(n=>t[n]))/(e[0]*o[0])),r.y?Math.ceil(me(r.y.map(n=>t[n]))/(e[1]*o[1])):1,r.z?Math.ceil(me(r.z.map(n=>t[n]))/(e[2]*o[2])):1];return[s,i,a]}function rs(r,t,e,o=!1){let s=[8,8,1],i=[4,4,1];return o||(r<=8&&(i[1]=1),t<=16&&e<=16&&(s[0]=4)),{workgroupSize:s,elementsPerThread:i}}function os(r,t,e=!1){if(e)return[8,8,1];let o=me(r.x.map(i=>t[i])),s=me(r.y.map(i=>t[i]));return o<=4?[4,16,1]:s<=4?[16,4,1]:[16,16,1]}function ss(r,t,e=!1){if(e)return[4,4,1];let o=me(r.x.map(i=>t[i])),s=me(r.y.map(i=>t[i]));return o<=4?[1,2,1]:s<=4?[2,1,1]:[2,2,1]}function I(r){return{x:r.map((t,e)=>e)}}function ir(r){if(r==="float32"||r==="int32"||r==="bool"||r==="string")return 4;if(r==="complex64")return 8;throw new Error(`Unknown dtype ${r}`)}function is(){return!!(typeof globalThis<"u"&&globalThis.navigator&&globalThis.navigator.gpu)}var ee;(function(r){r[r.MatMulReduceProgram=0]="MatMulReduceProgram",r[r.MatMulSplitKProgram=1]="MatMulSplitKProgram",r[r.MatMulSmallOutputSizeProgram=2]="MatMulSmallOutputSizeProgram",r[r.MatMulPackedProgram=3]="MatMulPackedProgram",r[r.MatMulMax=4]="MatMulMax"})(ee||(ee={}));var Mi=W().getNumber("WEBGPU_CPU_HANDOFF_SIZE_THRESHOLD"),Ui=(r,t)=>{let e=r.limits.maxComputeWorkgroupsPerDimension,o=t.dispatchLayout,s=t.dispatch;if(s.every(a=>a<=e))return s;_(s[0]>e&&o.y===void 0&&o.z===void 0,()=>"Dispatch size exceeds WebGPU limits in Y or Z dimension.");let i=Math.ceil(Math.sqrt(s[0]));return i>e?(i=Math.ceil(Math.cbrt(s[0])),_(i<=e,()=>"Total dispatch size exceeds WebGPU maximum."),[i,i,i]):[i,i,1]},_e=class r extends mr{nextDataId(){return r.nextDataId++}constructor(t,e){if(super(),this.commandQueueOwnedIds=new WeakSet,this.dispatchCountInPass=0,this.disposed=!1,this.downloadWaitMs=0,this.tensorDataPendingDisposal=[],this.queryResolveBuffer=null,this.querySet=null,this.querySetCount=2,this.stagingPendingDisposal=[],this.uniformPendingDisposal=[],this.uploadWaitMs=0,this.hasReadSyncWarned=!1,this.hasTimestampQueryWarned=!1,!is())throw new Error("WebGPU is not supported on this device");this.pipelineCache={},this.device=t,this.queue=t.queue,this.commandEncoder=null,this.computePassEncoder=null,this.adapterInfo=new Xe(e),this.supportTimestampQuery=this.device.features.has("timestamp-query"),this.thresholdToIncreaseWorkgroups=this.adapterInfo.intelGPUGeneration>=12?16:8,this.bufferManager=new Qe(this.device),this.textureManager=new Ye(this.device),this.tensorMap=new dr(this,Ve()),W().getBool("WEBGPU_USE_PROFILE_TOOL")&&(this.dummyCanvas=document.createElement("canvas"),this.dummyCanvas.width=1,this.dummyCanvas.height=1,this.dummyContext=this.dummyCanvas.getContext("webgpu"),this.dummyContext.configure({device:t,format:"bgra8unorm"}),document.body.appendChild(this.dummyCanvas))}floatPrecision(){return 32}disposeData(t,e=!1){if(!this.tensorMap.has(t))return!0;let o=this.tensorMap.get(t);return e?o.refCount=0:o.refCount--,o.refCount>0?!1:(o.complexTensorInfos!=null&&(this.disposeData(o.complexTensorInfos.real.dataId),this.disposeData(o.complexTensorInfos.imag.dataId)),this.commandQueueOwnedIds.has(t)?(this.tensorDataPendingDisposal.push(t),!0):(this.releaseResource(t),this.tensorMap.delete(t),!0))}memory(){return{numBytesInGPU:this.bufferManager.numBytesUsed,numBytesAllocatedInGPU:this.bufferManager.numBytesAllocated,unreliable:!1}}releaseResource(t){let e=this.tensorMap.get(t);if(!(!e||!e.resource)){if(e.external){e.resource=null;return}e.resource instanceof GPUBuffer?this.bufferManager.releaseBuffer(e.resource):e.resource instanceof GPUTexture&&this.textureManager.releaseTexture(e.resource),e.resource=null}}refCount(t){return this.tensorMap.has(t)?this.tensorMap.get(t).refCount:0}incRef(t){let e=this.tensorMap.get(t);e.refCount++}decRef(t){if(this.tensorMap.has(t)){let e=this.tensorMap.get(t);e.refCount--}}write(t,e,o){if(o==="complex64"&&t!=null)throw new Error("Cannot write to a complex64 dtype. Please use tf.complex(real, imag).");let s={id:this.nextDataId()};return this.tensorMap.set(s,{dtype:o,shape:e,values:t,refCount:1}),s}move(t,e,o,s,i){if(s==="complex64")throw new Error("Cannot write to a complex64 dtype. Please use tf.complex(real, imag).");this.tensorMap.set(t,{dtype:s,shape:o,values:e,refCount:i})}submitQueue(){this.queue.submit([this.commandEncoder.finish()]),this.commandEncoder=null,this.dispatchCountInPass=0,this.commandQueueOwnedIds=new WeakSet,this.tensorDataPendingDisposal.forEach(t=>{this.releaseResource(t),this.tensorMap.delete(t)}),this.uniformPendingDisposal.forEach(t=>this.bufferManager.releaseBuffer(t)),this.stagingPendingDisposal.forEach(t=>this.bufferManager.releaseBuffer(t,!1)),this.tensorDataPendingDisposal=[],this.uniformPendingDisposal=[],this.stagingPendingDisposal=[]}ensureCommandEncoderReady(){this.commandEncoder||(this.commandEncoder=this.device.createCommandEncoder())}endComputePassEncoder(){this.computePassEncoder&&(this.computePassEncoder.end(),this.computePassEncoder=null)}async checkCompileCompletionAsync(){let t;try{t=await Promise.all(Object.values(this.pipelineCache))}catch(e){throw new Error(e.message)}Object.keys(this.pipelineCache).map((e,o)=>{this.pipelineCache[e]=t[o]})}async getBufferData(t){if(W().getBool("WEBGPU_ENGINE_COMPILE_ONLY"))return console.warn("The data may be invalid since WEBGPU_ENGINE_COMPILE_ONLY is true, this can only be called when WEBGPU_ENGINE_COMPILE_ONLY is false"),null;let e=t.size,o=this.bufferManager.acquireBuffer(e,GPUBufferUsage.COPY_DST|GPUBufferUsage.MAP_READ);this.ensureCommandEncoderReady(),this.endComputePassEncoder(),this.commandEncoder.copyBufferToBuffer(t,0,o,0,e),this.submitQueue(),await o.mapAsync(GPUMapMode.READ);let s=o.getMappedRange().slice(0);return o.unmap(),o!=null&&this.bufferManager.releaseBuffer(o),W().getBool("WEBGPU_USE_PROFILE_TOOL")&&(_(this.dummyContext!==void 0,()=>"Fail to get context for profiling tool"),this.dummyContext.getCurrentTexture()),s}convertAndCacheOnCPU(t,e){let o=this.tensorMap.get(t);return o.values=e,o.values}readSync(t){let e=this.tensorMap.get(t),{values:o,complexTensorInfos:s}=e;if(o!=null||e.dtype==="string")return o;if(e.dtype==="complex64"){let m=this.readSync(s.real.dataId),x=this.readSync(s.imag.dataId),w=Oe(Dt(m,x).buffer,"float32");return this.convertAndCacheOnCPU(t,w),w}this.hasReadSyncWarned||(this.hasReadSyncWarned=!0,console.warn("The performance of synchronously reading data from GPU to CPU is poor on the webgpu backend, please use asynchronous APIs instead."));let i=["opaque","premultiplied"],a=e.resource,n=a.size;_(n%4===0,()=>"Because there is 4 bytes for one pixel, buffer size must be multiple of 4.");let u=n/4,p=new ArrayBuffer(n),l=256,d=256,c=i.map(m=>new OffscreenCanvas(l,d)),h=new OffscreenCanvas(l,d);this.endComputePassEncoder(),c.map((m,x)=>{let w=m.getContext("webgpu");return w.configure({device:this.device,format:"bgra8unorm",usage:GPUTextureUsage.COPY_DST,alphaMode:i[x]}),w.getCurrentTexture()}).map((m,x)=>{let w=l*4,$=(M,D,K)=>{this.ensureCommandEncoderReady(),this.commandEncoder.copyBufferToTexture({buffer:a,bytesPerRow:w,offset:K},{texture:m},{width:M,height:D}),this.submitQueue();let Y=h.getContext("2d",{willReadFrequently:!0});Y.clearRect(0,0,M,D),Y.drawImage(c[x],0,0);let ae=Y.getImageData(0,0,M,D).data,te=i[x],O=new Uint8ClampedArray(p,K,M*D*4);for(let G=0;G<O.length;G+=4)if(te==="premultiplied")O[G+3]=ae[G+3];else{let q=ae[G];O[G]=ae[G+2],O[G+1]=ae[G+1],O[G+2]=q}},v=Math.floor(u/(l*d)),P=l,R=d,L=0;for(let M=0;M<v;M++)$(P,R,L),L+=l*d*4;let T=u%(l*d);R=Math.floor(T/l),R>0&&($(P,R,L),L+=R*(l*4)),P=T%l,P>0&&$(P,1,L)});let f=Oe(p,e.dtype);return this.convertAndCacheOnCPU(t,f),f}async read(t){if(!this.tensorMap.has(t))throw new Error(`Tensor ${t} was not registered!`);let e=this.tensorMap.get(t),{values:o}=e;if(o!=null)return o;let s;if(e.dtype==="complex64"){let i=await Promise.all([this.read(e.complexTensorInfos.real.dataId),this.read(e.complexTensorInfos.imag.dataId)]),a=i[0],n=i[1];s=Dt(a,n)}else{let i=await this.getBufferData(e.resource);s=Oe(i,e.dtype)}return this.convertAndCacheOnCPU(t,s),s}copyBuffer(t){let e=t.size,o=t.usage,s=this.bufferManager.acquireBuffer(e,o);return this.ensureCommandEncoderReady(),this.endComputePassEncoder(),this.commandEncoder.copyBufferToBuffer(t,0,s,0,e),this.submitQueue(),s}createTensorFromGPUData(t,e,o){let s=t.buffer;if(o==="complex64")throw new Error("Cannot write to a complex64 dtype. ");let i={id:this.nextDataId()};this.tensorMap.set(i,{dtype:o,shape:e,values:null,refCount:1,external:t.zeroCopy});let a=this.tensorMap.get(i),n=ir(a.dtype)*E(a.shape);if(t.buffer.size<n)throw new Error(`GPUBuffer size(${t.buffer.size}) is smaller than tensor size(${n})!`);if((t.buffer.usage&(GPUBufferUsage.STORAGE|GPUBufferUsage.COPY_SRC))!==(GPUBufferUsage.STORAGE|GPUBufferUsage.COPY_SRC))throw new Error("GPUBuffer.usage should include GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC!");return t.zeroCopy!==!0&&(s=this.copyBuffer(s)),a.resource=s,Ve().makeTensorFromDataId(i,e,o,this)}readToGPU(t){let e=this.tensorMap.get(t),{values:o,dtype:s,shape:i,resource:a}=e;if(s==="complex64")throw new Error("Does not support reading buffer for complex64 dtype.");if(a==null)throw o!=null?new Error("Data is not on GPU but on CPU."):new Error("There is no data on GPU or CPU.");let n=a,u=n.size,p=n.usage,l=this.bufferManager.acquireBuffer(u,p);this.ensureCommandEncoderReady(),this.endComputePassEncoder(),this.commandEncoder.copyBufferToBuffer(a,0,l,0,u),this.submitQueue();let d=this.makeTensorInfo(i,s),c=Ve().makeTensorFromTensorInfo(d),h=this.tensorMap.get(d.dataId);return h.resource=l,{tensorRef:c,buffer:l}}bufferSync(t){let e=this.readSync(t.dataId);if(t.dtype==="string")try{let o=e.map(s=>We(s));return oe(t.shape,t.dtype,o)}catch{throw new Error("Failed to decode encoded string bytes into utf-8")}return oe(t.shape,t.dtype,e)}async time(t){!this.supportTimestampQuery&&!this.hasTimestampQueryWarned&&(console.warn("This device doesn't support timestamp-query extension. Start Chrome browser with flag --enable-dawn-features=allow_unsafe_apis to try it again. Otherwise, zero will be shown for the kernel time when profiling mode is enabled."),this.hasTimestampQueryWarned=!0);let e=this.activeTimers,o=[],s=!1;this.programTimersStack==null?(this.programTimersStack=o,s=!0):this.activeTimers.push(o),this.activeTimers=o,t();let i=Et(this.activeTimers.map(p=>p.query)).filter(p=>p!=null),a=Et(this.activeTimers.map(p=>p.name)).filter(p=>p!=null);this.activeTimers=e,s&&(this.programTimersStack=null);let n={uploadWaitMs:this.uploadWaitMs,downloadWaitMs:this.downloadWaitMs,kernelMs:null,wallMs:null},u=await Promise.all(i);return n.kernelMs=fr(u),n.getExtraProfileInfo=()=>u.map((p,l)=>({name:a[l],ms:p})).map(p=>`${p.name}: ${p.ms}`).join(", "),this.uploadWaitMs=0,this.downloadWaitMs=0,n}makeTensorInfo(t,e,o){return e==="string"&&o!=null&&o.length>0&&Sr(o[0])&&(o=o.map(i=>$o(i))),{dataId:this.write(o,t,e),shape:t,dtype:e}}tensorToBinding(t){if(!t)return null;let o=this.tensorMap.get(t.dataId).resource;return o instanceof GPUBuffer?{buffer:o}:o instanceof GPUTexture?o.createView():o}uploadToGPU(t){let e=this.tensorMap.get(t);if(e.resource!=null)return;let o=ir(e.dtype)*E(e.shape),s,i=GPUBufferUsage.STORAGE|GPUBufferUsage.COPY_SRC|GPUBufferUsage.COPY_DST;if(e.values){if(s=this.bufferManager.acquireBuffer(o,i,!0),s.mapState==="unmapped"){let a=this.bufferManager.acquireBuffer(o,GPUBufferUsage.MAP_WRITE|GPUBufferUsage.COPY_SRC,!0,!1),n=a.getMappedRange();e.dtype==="int32"||e.dtype==="bool"?new Int32Array(n).set(e.values):new Float32Array(n).set(e.values),a.unmap(),this.ensureCommandEncoderReady(),this.endComputePassEncoder(),this.commandEncoder.copyBufferToBuffer(a,0,s,0,o),this.stagingPendingDisposal.push(a)}else{let a=s.getMappedRange();e.dtype==="int32"||e.dtype==="bool"?new Int32Array(a).set(e.values):new Float32Array(a).set(e.values),s.unmap()}e.values=null}else s=this.bufferManager.acquireBuffer(o,i);e.resource=s}makeUniforms(t){let e=0,o=0,s=[],i=1;t.forEach(u=>{u.data.length===0&&(u.data=[1]);let p;switch(u.data.length){case 1:p=4;break;case 2:p=8;break;case 3:p=16;break;case 4:p=16;break;case 5:p=16;break;case 6:p=16;break;default:_(!1,()=>`Unsupported ${u.data.length}D shape`)}(o===5||o===6)&&(p=16),p>i&&(i=p),e=Math.ceil(e/p)*p,o=u.data.length,s.push(e),e+=u.data.length*4}),e=Math.ceil(e/i)*i;let a=new ArrayBuffer(e);t.forEach((u,p)=>{let l=s[p];u.type==="int32"?new Int32Array(a,l,u.data.length).set(u.data):u.type==="uint32"?new Uint32Array(a,l,u.data.length).set(u.data):new Float32Array(a,l,u.data.length).set(u.data)});let n=this.bufferManager.acquireBuffer(e,GPUBufferUsage.COPY_DST|GPUBufferUsage.UNIFORM);return this.queue.writeBuffer(n,0,a,0,e),this.uniformPendingDisposal.push(n),{offset:0,size:e,buffer:n}}runWebGPUProgram(t,e,o,s,i){if(i||(i=this.makeTensorInfo(t.outputShape,o)),E(i.shape)===0)return this.tensorMap.get(i.dataId).values=Fe(i.dtype,0),i;this.uploadToGPU(i.dataId),t.dispatch=Ui(this.device,t);let a=e.map((u,p)=>{if(u.dtype==="complex64")throw new Error("GPGPUProgram does not support complex64 input. For complex64 dtypes, please separate the program into real and imaginary parts.");return this.uploadToGPU(u.dataId),{dtype:this.tensorMap.get(u.dataId).dtype,shape:u.shape,name:t.variableNames[p]}});t.shaderKey=es(t,a,i);let n=W().getBool("WEBGPU_ENGINE_COMPILE_ONLY");return t.shaderKey in this.pipelineCache||(this.pipelineCache[t.shaderKey]=Jo(this.device,t,a,i,n)),t.pipeline=this.pipelineCache[t.shaderKey],n||this.recordAndSubmit(t,i,e,s),i}recordAndSubmit(t,e,o,s){if(t.pipeline instanceof Promise)throw new Error("Please call checkCompileCompletionAsync to ensure parallel compilation is done!");let i=[],a=[],n="int32";if(t.pixelsOpType==null){i.push({type:"float32",data:[NaN]},{type:"float32",data:[1/0]}),a=o.concat(e).map(h=>h.shape);let c="int32";a.map(h=>{i.push({type:c,data:h});let f=Pe(h);i.push({type:c,data:f})})}else{let c=Pe(e.shape);i.push({type:n,data:c})}if(t.size){let c=E(t.outputShape);i.push({type:n,data:[t.outputComponent?c/t.outputComponent:c]})}s&&(i=[...i,...s]);let u=[this.tensorToBinding(e),...o.map(c=>this.tensorToBinding(c)),this.makeUniforms(i)];o.forEach(c=>{this.commandQueueOwnedIds.add(c.dataId)}),this.commandQueueOwnedIds.add(e.dataId);let p=this.device.createBindGroup({layout:t.pipeline.getBindGroupLayout(0),entries:u.map((c,h)=>({binding:h,resource:c}))}),l=this.activeTimers!=null;this.ensureCommandEncoderReady();let d={};l&&this.supportTimestampQuery?(this.endComputePassEncoder(),this.querySet==null&&(this.querySet=this.device.createQuerySet({type:"timestamp",count:this.querySetCount})),d.timestampWrites={querySet:this.querySet,beginningOfPassWriteIndex:0,endOfPassWriteIndex:1},this.computePassEncoder=this.commandEncoder.beginComputePass(d)):this.computePassEncoder||(this.computePassEncoder=this.commandEncoder.beginComputePass(d)),this.computePassEncoder.setPipeline(t.pipeline),this.computePassEncoder.setBindGroup(0,p),this.computePassEncoder.dispatchWorkgroups(t.dispatch[0],t.dispatch[1],t.dispatch[2]),this.dispatchCountInPass++,(l||W().get("WEBGPU_DEFERRED_SUBMIT_BATCH_SIZE")<=this.dispatchCountInPass||t.pixelsOpType===Ee.DRAW)&&(this.endComputePassEncoder(),l?this.activeTimers.push({name:t.constructor.name,query:this.getQueryTime()}):this.submitQueue())}async getQueryTime(){if(!this.supportTimestampQuery)return 0;this.queryResolveBuffer==null&&(this.queryResolveBuffer=this.bufferManager.acquireBuffer(this.querySetCount*8,GPUBufferUsage.COPY_SRC|GPUBufferUsage.COPY_DST|GPUBufferUsage.QUERY_RESOLVE)),this.commandEncoder.resolveQuerySet(this.querySet,0,this.querySetCount,this.queryResolveBuffer,0);let t=this.bufferManager.acquireBuffer(this.querySetCount*8,GPUBufferUsage.MAP_READ|GPUBufferUsage.COPY_DST);this.commandEncoder.copyBufferToBuffer(this.queryResolveBuffer,0,t,0,this.querySetCount*8),this.submitQueue(),await t.mapAsync(GPUMapMode.READ);let e=new BigUint64Array(t.getMappedRange()),o=Number(e[1]-e[0])/1e6;return t.unmap(),this.bufferManager.releaseBuffer(t),o}shouldExecuteOnCPU(t,e=Mi){return W().getBool("WEBGPU_CPU_FORWARD")&&t.every(o=>this.tensorMap.get(o.dataId).resource==null&&E(o.shape)<e)}numDataIds(){return this.tensorMap.numDataIds()-this.tensorDataPendingDisposal.length}dispose(){this.disposed||(this.querySet!=null&&this.querySet.destroy(),this.bufferManager.dispose(),this.textureManager.dispose(),this.disposed=!0)}};_e.nextDataId=0;var y;(function(r){r[r.ADD=0]="ADD",r[r.ATAN2=1]="ATAN2",r[r.COMPLEX_MULTIPLY_IMAG=2]="COMPLEX_MULTIPLY_IMAG",r[r.COMPLEX_MULTIPLY_REAL=3]="COMPLEX_MULTIPLY_REAL",r[r.DIV=4]="DIV",r[r.ELU_DER=5]="ELU_DER",r[r.EQUAL=6]="EQUAL",r[r.FLOOR_DIV=7]="FLOOR_DIV",r[r.GREATER=8]="GREATER",r[r.GREATER_EQUAL=9]="GREATER_EQUAL",r[r.LESS=10]="LESS",r[r.LESS_EQUAL=11]="LESS_EQUAL",r[r.LOGICAL_AND=12]="LOGICAL_AND",r[r.LOGICAL_OR=13]="LOGICAL_OR",r[r.MAX=14]="MAX",r[r.MIN=15]="MIN",r[r.MOD=16]="MOD",r[r.MUL=17]="MUL",r[r.NOT_EQUAL=18]="NOT_EQUAL",r[r.POW=19]="POW",r[r.PRELU=20]="PRELU",r[r.SQUARED_DIFFERENCE=21]="SQUARED_DIFFERENCE",r[r.SUB=22]="SUB"})(y||(y={}));var Fi="let resultTemp = a + b;",Oi="let resultTemp = atan2(a, b);",Wi="let resultTemp = areal * breal - aimag * bimag;",Vi="let resultTemp = areal * bimag + aimag * breal;",Gi="let resultTemp = a / b;",Hi="let resultTemp = select(a * (b + 1.0), a, b >= b - b);",qi=`
  let zero = sign(a) * 0 + 0;
  let one = sign(b) * 0 + 1;
  let resultTemp = select(zero, one, a == b);
`,Ki=`
  let remainder =
      select(a % b, round(a % b), (round(a) == a) & (round(b) == b));
  let quotient = (a - remainder) / b;
  let resultTemp =
      round(select(quotient, quotient - 1, sign(remainder) == -sign(b)));
`,Xi=`
  let zero = sign(a) * 0 + 0;
  let one = sign(b) * 0 + 1;
  let resultTemp = select(zero, one, a > b);
`,Qi=`
  let zero = sign(a) * 0 + 0;
  let one = sign(b) * 0 + 1;
  let resultTemp = select(zero, one, a >= b);
`,Yi=`
  let zero = sign(a) * 0 + 0;
  let one = sign(b) * 0 + 1;
  let resultTemp = select(zero, one, a < b);
`,ji=`
  let zero = sign(a) * 0 + 0;
  let one = sign(b) * 0 + 1;
  let resultTemp = select(zero, one, a <= b);
`,Zi="return f32(a >= 1.0 && b >= 1.0);",Ji=`return (vec4<f32>(a >= vec4<f32>(1.0)) *
  vec4<f32>(b >= vec4<f32>(1.0)));`,ea="return f32(a >= 1.0 || b >= 1.0);",ta=`return min(vec4<f32>(a >= vec4<f32>(1.0)) +
  vec4<f32>(b >= vec4<f32>(1.0)), vec4<f32>(1.0));`,ra="let resultTemp = max(a, b);",oa="let resultTemp = min(a, b);",sa=`
  let isNaN = b == 0.;
  var resultTemp = a % b;
  resultTemp = select((resultTemp + b) % b, resultTemp,
      (a < 0. && b < 0.) || (a >= 0. && b > 0.));
`,ia=`
  let isNaN = !vec4<bool>(b);
  var resultTemp = vec4<f32>(a % b);
  if (!((a[0] < 0. && b[0] < 0.) || (a[0] >= 0. && b[0] > 0.))) {
    resultTemp[0] = (resultTemp[0] + b[0]) % b[0];
  }
  if (!((a[1] < 0. && b[1] < 0.) || (a[1] >= 0. && b[1] > 0.))) {
    resultTemp[1] = (resultTemp[1] + b[1]) % b[1];
  }
  if (!((a[2] < 0. && b[2] < 0.) || (a[2] >= 0. && b[2] > 0.))) {
    resultTemp[2] = (resultTemp[2] + b[2]) % b[2];
  }
  if (!((a[3] < 0. && b[3] < 0.) || (a[3] >= 0. && b[3] > 0.))) {
    resultTemp[3] = (resultTemp[3] + b[3]) % b[3];
  }
`,aa="let resultTemp = a * b;",na=`
  var resultTemp = f32(a != b);
  let valueForNaN = 1.0;
`,ua=`
  var resultTemp = vec4<f32>(a != b);
  let valueForNaN = 1.0;
`,la=`
  let isNaN = a < 0.0 && floor(b) < b;
  if (b == 0.0) {
    return 1.0;
  }
  var resultTemp = select(sign(a) * pow(abs(a), b), pow(abs(a), b),
      round(abs(b) % 2.0) != 1.0);
`,pa=`
  let isModRound1Bool = vec4<i32>(round(abs(b) % vec4<f32>(2.0))) == vec4<i32>(1);
  let isModRound1 = vec4<f32>(isModRound1Bool);
  let multiplier = sign(a) * isModRound1 + (vec4<f32>(1.0) - isModRound1);
  var resultTemp = multiplier * pow(abs(a), b);

  // Ensure that a^0 = 1, including 0^0 = 1 as this correspond to TF and JS
  let isExpZero = b == vec4<f32>(0.0);
  if (isExpZero.r) {
    resultTemp.r = 1.0;
  }
  if (isExpZero.g) {
    resultTemp.g = 1.0;
  }
  if (isExpZero.b) {
    resultTemp.b = 1.0;
  }
  if (isExpZero.a) {
    resultTemp.a = 1.0;
  }
  let isNaN = (a < vec4<f32>(0.0)) & (floor(b) < b);
`,ca="if (a < 0.0) { return b * a; }  return a;",ha=`
  let aLessThanZero = vec4<f32>(a < vec4<f32>(0.0));
  return (aLessThanZero * (b * a)) + ((vec4<f32>(1.0) - aLessThanZero) * a);
`,da="let resultTemp = (a - b) * (a - b);",ma="let resultTemp = a - b;";function ye(r,t){let e;do{switch(r){case y.ATAN2:e=Oi;break;case y.MAX:e=ra;break;case y.MIN:e=oa;break;case y.MOD:e=t?ia:sa;break;case y.NOT_EQUAL:e=t?ua:na;break;case y.POW:e=t?pa:la;break;default:continue}let o,s,i;return t?(o="isnanVec4",s="vec4<f32>",i="vec4<bool>"):(o="isnan",s="f32",i="bool"),`
      let aIsNaN = ${o}(a);
      let aPostLegalization = select(a, ${s}(42), aIsNaN);
      let bIsNaN = ${o}(b);
      let bPostLegalization = select(b, ${s}(42), bIsNaN);
      let isNaN = false;
      let valueForNaN = uniforms.NAN;
      {
        let a = aPostLegalization;
        let b = bPostLegalization;
        ${e}
        return select(
            resultTemp, ${s}(valueForNaN),
            ${i}(isNaN) | aIsNaN | bIsNaN);
      }
    `}while(!1);switch(r){case y.ADD:e=Fi;break;case y.COMPLEX_MULTIPLY_IMAG:e=Vi;break;case y.COMPLEX_MULTIPLY_REAL:e=Wi;break;case y.DIV:e=Gi;break;case y.ELU_DER:e=Hi;break;case y.EQUAL:e=qi;break;case y.FLOOR_DIV:e=Ki;break;case y.GREATER:e=Xi;break;case y.GREATER_EQUAL:e=Qi;break;case y.LESS:e=Yi;break;case y.LESS_EQUAL:e=ji;break;case y.LOGICAL_AND:return t?Ji:Zi;case y.LOGICAL_OR:return t?ta:ea;case y.MUL:e=aa;break;case y.PRELU:return t?ha:ca;case y.SQUARED_DIFFERENCE:e=da;break;case y.SUB:e=ma;break;default:}return`
    ${e}
    return resultTemp;
  `}var De=class{constructor(t,e,o){this.variableNames=["AReal","AImag","BReal","BImag"],this.workgroupSize=[128,1,1],this.size=!0,this.outputShape=J(e,o),this.dispatchLayout=I(this.outputShape),this.dispatch=S(this.dispatchLayout,this.outputShape,this.workgroupSize),this.shaderKey=`binaryOpComplex_${t}`,this.op=t}getUserCode(){return`
      fn binaryOpComplex(
          areal : f32, aimag : f32, breal : f32, bimag : f32) -> f32 {
        ${ye(this.op,!1)}
      }

      ${b("index")} {
        if(index < uniforms.size) {
          let areal = getARealByOutputIndex(index);
          let aimag = getAImagByOutputIndex(index);
          let breal = getBRealByOutputIndex(index);
          let bimag = getBImagByOutputIndex(index);
          setOutputAtIndex(index, binaryOpComplex(areal, aimag, breal, bimag));
        }
      }
    `}};var fe=class{constructor(t,e,o){if(this.size=!0,this.variableNames=["A","B"],this.outputShape=J(e,o),this.dispatchLayout=I(this.outputShape),this.op=t,this.useSharedMemoryWithA=e.length<=1&&o.length>1&&e[0]<128,this.useSharedMemoryWithB=o.length<=1&&e.length>1&&o[0]<128,this.useSharedMemoryWithA||this.useSharedMemoryWithB)this.outputComponent=1,this.variableComponents=[1,1],this.lastDimensionSize=this.useSharedMemoryWithB?o[0]:e[0],this.shaderKey=`binary_${t}_${this.lastDimensionSize}`,this.type="shared",this.workgroupSize=[256,1,1];else{let s=e.length>0&&e[e.length-1]%4===0,i=o.length>0&&o[o.length-1]%4===0;s&&i?(this.outputComponent=4,this.variableComponents=[4,4]):s&&(Pt(o)||o[o.length-1]===1)||i&&(Pt(e)||e[e.length-1]===1)?(this.outputComponent=4,this.variableComponents=s?[4,1]:[1,4]):(this.outputComponent=1,this.variableComponents=[1,1]),this.type="nonshared",this.shaderKey=`binary_${t}_${this.variableComponents}`,this.workgroupSize=[128,1,1]}this.dispatch=S(this.dispatchLayout,this.outputShape,this.workgroupSize,[this.outputComponent,1,1])}getUserCode(){let t,e=this.outputComponent===4?"vec4<f32>":"f32",o=`
    fn binaryOperation(a : ${e}, b : ${e}) -> ${e} {
      ${ye(this.op,this.outputComponent===4)}
    };
    `;if(this.type==="shared"){let s=this.lastDimensionSize>1?`coords[${this.outputShape.length-1}]`:"0",i=this.useSharedMemoryWithB?`let a = getAByOutputIndex(index);
          let b = sharedBuf[${s}];`:`let a = sharedBuf[${s}];
          let b = getBByOutputIndex(index);`;t=`
        ${o}
        var<workgroup> sharedBuf : array<f32, ${this.lastDimensionSize}>;
        ${b("index")} {
          // Fill in the shared memory buffer.
          let localIndex = i32(localId.x);
          if(localIndex < ${this.lastDimensionSize}) {
            sharedBuf[localIndex] = f32(${this.useSharedMemoryWithB?"B":"A"}[localIndex]);
          }
          workgroupBarrier();

          if(index < uniforms.size) {
            let coords = getCoordsFromIndex(index);
            ${i}
            setOutputAtIndex(index, binaryOperation(a, b));
          }
        }
        `}else t=`
       ${o}
       ${b("index")} {
         if (index < uniforms.size) {
           let coords = getCoordsFromIndex(index * ${this.outputComponent});
           let a = ${e}(getAByOutputCoords(coords));
           let b = ${e}(getBByOutputCoords(coords));
           setOutputAtIndex(index, binaryOperation(a, b));
         }
       }
       `;return t}};function V(r){let{inputs:t}=r,{x:e}=t;return r.backend.incRef(e.dataId),{dataId:e.dataId,shape:e.shape,dtype:e.dtype}}var as={kernelName:Mr,backendName:"webgpu",kernelFunc:V};function se(r){let{inputs:t,backend:e}=r,{real:o,imag:s}=t,i=e.makeTensorInfo(o.shape,"complex64"),a=e.tensorMap.get(i.dataId),n=V({inputs:{x:o},backend:e}),u=V({inputs:{x:s},backend:e});return a.complexTensorInfos={real:n,imag:u},i}var g;(function(r){r[r.ABS=0]="ABS",r[r.ACOS=1]="ACOS",r[r.ACOSH=2]="ACOSH",r[r.ASIN=3]="ASIN",r[r.ASINH=4]="ASINH",r[r.ATAN=5]="ATAN",r[r.ATANH=6]="ATANH",r[r.CEIL=7]="CEIL",r[r.COS=8]="COS",r[r.COSH=9]="COSH",r[r.ELU=10]="ELU",r[r.ERF=11]="ERF",r[r.EXP=12]="EXP",r[r.EXPM1=13]="EXPM1",r[r.FLOOR=14]="FLOOR",r[r.IS_FINITE=15]="IS_FINITE",r[r.IS_INF=16]="IS_INF",r[r.IS_NAN=17]="IS_NAN",r[r.LINEAR=18]="LINEAR",r[r.LOG=19]="LOG",r[r.LOG1P=20]="LOG1P",r[r.LOGICAL_NOT=21]="LOGICAL_NOT",r[r.NEG=22]="NEG",r[r.RELU=23]="RELU",r[r.RELU6=24]="RELU6",r[r.LEAKYRELU=25]="LEAKYRELU",r[r.RECIPROCAL=26]="RECIPROCAL",r[r.ROUND=27]="ROUND",r[r.RSQRT=28]="RSQRT",r[r.SELU=29]="SELU",r[r.SIGMOID=30]="SIGMOID",r[r.SIGN=31]="SIGN",r[r.SIN=32]="SIN",r[r.SINH=33]="SINH",r[r.SOFTPLUS=34]="SOFTPLUS",r[r.SQRT=35]="SQRT",r[r.SQUARE=36]="SQUARE",r[r.STEP=37]="STEP",r[r.TAN=38]="TAN",r[r.TANH=39]="TANH",r[r.TO_INT=40]="TO_INT"})(g||(g={}));var fa="return abs(a);",ga=`
  if (abs(a) > 1.) {
    return uniforms.NAN;
  }
  return acos(a);
`,xa=`
  if (a < 1.) {
    return uniforms.NAN;
  }
  return acosh(a);
`,Ca=`
  if (abs(a) > 1.) {
    return uniforms.NAN;
  }
  return asin(a);
`,ba="return asinh(a);",Sa=`
  if (isnan(a)) {
    return uniforms.NAN;
  }
  return atan(a);
`,wa=`
  if (abs(a) > 1.) {
    return uniforms.NAN;
  }
  if (a == 1.) {
    return uniforms.INFINITY;
  }
  if (a == -1.) {
    return -uniforms.INFINITY;
  }
  return atanh(a);
`,ya="return ceil(a);",Ia="return cos(a);",$a=`
  let e2x = exp(-a);
  return (e2x + 1.0 / e2x) / 2.0;
`,va="return exp(a) - 1.0;",ka="if (a >= 0.0) { return a; }  return (exp(a) - 1.0);",Ra=`
  var resFloat = exp(a) - vec4<f32>(1.0);
  if (a.r >= 0.0) {
    resFloat.r = a.r;
  }
  if (a.g >= 0.0) {
    resFloat.g = a.g;
  }
  if (a.b >= 0.0) {
    resFloat.b = a.b;
  }
  if (a.a >= 0.0) {
    resFloat.a = a.a;
  }
  return resFloat;
`,Aa=`
  // Error function is calculated approximately with elementary function.
  // See "Handbook of Mathematical Functions with Formulas,
  // Graphs, and Mathematical Tables", Abramowitz and Stegun.
  let p = ${To};
  let a1 = ${Mo};
  let a2 = ${Uo};
  let a3 = ${Fo};
  let a4 = ${Oo};
  let a5 = ${Wo};

  let sign = sign(a);
  let absA = abs(a);
  let t = 1.0 / (1.0 + p * absA);
  return sign * (1.0 - (((((a5 * t + a4) * t) + a3) * t + a2) * t + a1) * t * exp(-absA * absA));
`,Pa="return exp(a);",Ea="return floor(a);",_a="return f32(!isnan(a) && !isinf(a));",Da="return f32(isinf(a));",Na="return f32(isnan(a));",Ba="return a;",La=`if (a < 0.0) { return uniforms.NAN; }
  return log(a);`,za=`
  if (isnan(a)) { return a; }
  return log(1.0 + a);
`,Ta="return f32(!(a >= 1.0));",Ma="return -a;",Ua="if (a < 0.0) { return uniforms.alpha * a; } return a;",Fa=`
  let aLessThanZero = vec4<f32>(a < vec4<f32>(0.0));
  return (aLessThanZero * (uniforms.alpha * a)) + ((vec4<f32>(1.0) - aLessThanZero) * a);
`,Oa="return 1.0 / a;",Wa="return select(a, 0.0, a < 0.0);",Va="return clamp(a, 0.0, 6.0);",Ga="return clamp(a, vec4<f32>(0.0, 0.0, 0.0, 0.0), vec4<f32>(6.0, 6.0, 6.0, 6.0));",Ha=`
  return select(a, vec4<f32>(0.0), a < vec4<f32>(0.0));
`,qa="return round(a);",Ka="return inverseSqrt(a);",Xa=`
  if (a >= 0.0) {
    return ${zo} * a;
  } else {
    return ${Lo} * (exp(a) - 1.0);
  }
`,Qa="return 1.0 / (1.0 + exp(-1.0 * a));",Ya="return sign(a);",ja="return sin(a);",Za=`
  let e2x = exp(a);
  return (e2x - 1.0 / e2x) / 2.0;
`,Ja=`
  let epsilon = 1.1920928955078125e-7;
  let threshold = log(epsilon) + 2.0;

  let too_large = a > -threshold;
  let too_small = a < threshold;
  let exp_a = exp(a);

  if (too_large) {
    return a;
  } else if (too_small) {
    return exp_a;
  } else {
    return log(exp_a + 1.0);
  }
`,en="return sqrt(a);",tn="return a * a;",rn=`
  if (isnan(a)) {
    return a;
  }

  return select(uniforms.stepAlpha, 1.0, a > 0.0);
`,on="return tan(a);",sn=`
  let e2x = exp(-2.0 * abs(a));
  return sign(a) * (1.0 - e2x) / (1.0 + e2x);
`,an="return f32(i32((a)));";function ue(r,t){switch(r){case g.ABS:return fa;case g.ACOS:return ga;case g.ACOSH:return xa;case g.ASIN:return Ca;case g.ASINH:return ba;case g.ATAN:return Sa;case g.ATANH:return wa;case g.COS:return Ia;case g.COSH:return $a;case g.CEIL:return ya;case g.ELU:return t?Ra:ka;case g.ERF:return Aa;case g.EXP:return Pa;case g.EXPM1:return va;case g.FLOOR:return Ea;case g.IS_FINITE:return _a;case g.IS_INF:return Da;case g.IS_NAN:return Na;case g.LINEAR:return Ba;case g.LOG:return La;case g.LOG1P:return za;case g.LOGICAL_NOT:return Ta;case g.NEG:return Ma;case g.LEAKYRELU:return t?Fa:Ua;case g.RECIPROCAL:return Oa;case g.RELU:return t?Ha:Wa;case g.RELU6:return t?Ga:Va;case g.ROUND:return qa;case g.RSQRT:return Ka;case g.SELU:return Xa;case g.SIGMOID:return Qa;case g.SIGN:return Ya;case g.SIN:return ja;case g.SINH:return Za;case g.SOFTPLUS:return Ja;case g.SQRT:return en;case g.SQUARE:return tn;case g.STEP:return rn;case g.TAN:return on;case g.TANH:return sn;case g.TO_INT:return an;default:throw new Error(`BinaryType ${r} is not implemented!`)}}var Z=class{constructor(t,e,o=""){this.variableNames=["A"],this.size=!0;let s=128;this.workgroupSize=[s,1,1],this.outputShape=t,this.dispatchLayout=I(this.outputShape),this.dispatch=S(this.dispatchLayout,this.outputShape,this.workgroupSize),this.op=e,o!==""&&(this.uniforms=o),this.shaderKey=`unary_${e}`}getUserCode(){return`
      fn unaryOperation(a : f32) -> f32 {
        ${ue(this.op,!1)}
      }
      ${b("index")} {
        if (index < uniforms.size) {
          let a = getAByOutputIndex(index);
          setOutputAtIndex(index, unaryOperation(a));
        }
      }
      `}};function B({opType:r,cpuKernelImpl:t,dtype:e}){return({inputs:o,backend:s})=>{let{x:i}=o,a=s,n=e||i.dtype;if(a.shouldExecuteOnCPU([i])&&t!=null){let p=a.tensorMap.get(i.dataId),l=t(p.values,n);return a.makeTensorInfo(i.shape,n,l)}let u=new Z(i.shape,r);return a.runWebGPUProgram(u,[i],n)}}function z({opType:r,cpuKernelImpl:t,supportsComplex:e=!1,dtype:o}){return({inputs:s,backend:i})=>{let{a,b:n}=s,u=i;if(e&&a.dtype==="complex64"){let d=u.tensorMap.get(a.dataId),c=u.tensorMap.get(n.dataId),h,f;if(r!==y.MUL)[h,f]=[[d.complexTensorInfos.real,c.complexTensorInfos.real],[d.complexTensorInfos.imag,c.complexTensorInfos.imag]].map(x=>{let[w,$]=x,v={dataId:w.dataId,dtype:w.dtype,shape:a.shape},P={dataId:$.dataId,dtype:$.dtype,shape:n.shape},R=new fe(r,a.shape,n.shape);return u.runWebGPUProgram(R,[v,P],de(w.dtype,$.dtype))});else{let x=new De(y.COMPLEX_MULTIPLY_REAL,a.shape,n.shape),w=new De(y.COMPLEX_MULTIPLY_IMAG,a.shape,n.shape),$=[{dataId:d.complexTensorInfos.real.dataId,dtype:d.complexTensorInfos.real.dtype,shape:a.shape},{dataId:d.complexTensorInfos.imag.dataId,dtype:d.complexTensorInfos.imag.dtype,shape:a.shape},{dataId:c.complexTensorInfos.real.dataId,dtype:c.complexTensorInfos.real.dtype,shape:n.shape},{dataId:c.complexTensorInfos.imag.dataId,dtype:c.complexTensorInfos.imag.dtype,shape:n.shape}];h=u.runWebGPUProgram(x,$,"float32"),f=u.runWebGPUProgram(w,$,"float32")}let m=se({inputs:{real:h,imag:f},backend:u});return u.disposeData(h.dataId),u.disposeData(f.dataId),m}let p=o||de(a.dtype,n.dtype);if((a.dtype==="string"||n.dtype==="string"||u.shouldExecuteOnCPU([a,n]))&&t!=null){let d=u.tensorMap.get(a.dataId).values,c=u.tensorMap.get(n.dataId).values,h=a.dtype==="string"?Nt(d):d,f=a.dtype==="string"?Nt(c):c,[m,x]=t(a.shape,n.shape,h,f,p);return u.makeTensorInfo(x,p,m)}let l=new fe(r,a.shape,n.shape);return u.runWebGPUProgram(l,[a,n],p)}}var nn=B({opType:g.ABS,cpuKernelImpl:Bt}),ns={kernelName:"Abs",backendName:"webgpu",kernelFunc:nn};var un=z({opType:y.ADD,cpuKernelImpl:zt,supportsComplex:!0}),us={kernelName:"Add",backendName:"webgpu",kernelFunc:un};var je=class{constructor(t){this.workPerThread=1,this.workgroupSize=[64,1,1],this.size=!0,this.outputShape=t[0],this.variableNames=t.map((e,o)=>`T${o}`),this.dispatchLayout=I(this.outputShape),this.dispatch=S(this.dispatchLayout,this.outputShape,this.workgroupSize,[this.workPerThread,1,1]),this.shaderKey="addN"}getUserCode(){let t=[];this.variableNames.forEach(s=>{t.push(`let v${s} = get${s}ByOutputCoords(coords);`)});let e=this.variableNames.map(s=>`v${s}`).join(" + ");return`
      ${b("index")} {
        for (var i = 0; i < ${this.workPerThread}; i = i + 1) {
          let flatIndex = index * ${this.workPerThread} + i;
          if (flatIndex < uniforms.size) {
            let coords = getCoordsFromIndex(flatIndex);
            ${t.join(`
        `)}
            setOutputAtIndex(flatIndex, ${e});
          }
        }
      }
    `}};function ln(r){let{inputs:t,backend:e}=r,o=t;if(o.length===1)return V({inputs:{x:o[0]},backend:e});let s=o.map(n=>n.dtype).reduce((n,u)=>de(n,u)),i=o.map(n=>n.shape),a=new je(i);return e.runWebGPUProgram(a,o,s)}var ls={kernelName:yr,backendName:"webgpu",kernelFunc:ln};var Ze=class{constructor(t,e,o){this.workgroupSize=[64,1,1],this.variableNames=["x"],this.uniforms="infinityValue : f32,",this.size=!0;let s=[e];this.op=o==="min"?"<":">";let[i,a]=Se(t,s);this.outputShape=i.length===0?[1]:i,this.dispatchLayout=I(this.outputShape),E(a)<32?(this.type="plain",this.dispatch=S(this.dispatchLayout,this.outputShape,this.workgroupSize)):(this.type="shared",this.dispatch=S(this.dispatchLayout,this.outputShape,[1,1,1])),this.inputShape=t,this.shaderKey=`argMinMax_${this.op}_${this.type}`}getUserCode(){let t=this.workgroupSize[0],e=()=>this.inputShape.length===1?"uniforms.xShape":`uniforms.xShape.${j(this.inputShape.length-1)}`,o=()=>{let s="";if(this.outputShape.length===1)this.inputShape.length!==1&&(s+="outputCoords,");else for(let i=0;i<this.outputShape.length;i++)s+=`outputCoords.${j(i)},`;return s};return this.type==="shared"?`
      fn DIV_CEIL(a : u32, b : u32) -> u32 {
        return ((a - 1u) / b + 1u);
      }

      ${`
      var<workgroup> xBestIndices : array<i32, ${t}>;
      var<workgroup> xBestValues : array<f32, ${t}>;
    `}

      ${b("index")} {
        let outputIndex = index / ${t};
        let reduceLength = ${e()};

        var bestIndex = i32(localId.x);
        var bestValue = uniforms.infinityValue;
        let outputCoords = getCoordsFromIndex(outputIndex);
        for (var k = i32(localId.x); k < reduceLength && outputIndex < uniforms.size;
            k = k + ${t}) {
          let candidate = getX(${o()} k);
          if (!isnan(candidate) && candidate ${this.op} bestValue) {
            bestValue = candidate;
            bestIndex = k;
          }
        }
        xBestValues[localId.x] = bestValue;
        xBestIndices[localId.x] = bestIndex;
        workgroupBarrier();

        var reduceSize = min(u32(reduceLength), ${t}u);
        for (var currentSize = reduceSize / 2u; reduceSize > 1u;
            currentSize = reduceSize / 2u) {
          let interval = DIV_CEIL(reduceSize, 2u);
          if (localId.x < currentSize) {
            let candidate = xBestValues[localId.x + interval];
            if (candidate ${this.op} bestValue) {
              bestValue = candidate;
              xBestValues[localId.x] = bestValue;
              xBestIndices[localId.x] = xBestIndices[localId.x + interval];
            }
          }
          reduceSize = interval;
          workgroupBarrier();
        }

        if (localId.x == 0u && outputIndex < uniforms.size) {
          setOutputAtIndexI32(outputIndex, xBestIndices[localId.x]);
        }
      }
    `:`
      ${b("index")} {
        if (index < uniforms.size) {
          let outputCoords = getCoordsFromIndex(index);
          var bestIndex = 0;
          var bestValue = getX(${o()} 0);
          let reduceLength = ${e()};
          for (var i = 1; i < reduceLength; i++) {
            let candidate = getX(${o()} i);
            if (candidate ${this.op} bestValue) {
              bestValue = candidate;
              bestIndex = i;
            }
          }
          setOutputAtIndexI32(index, bestIndex);
        }
      }
      `}};var Je=class{constructor(t,e){this.variableNames=["A"],this.workgroupSize=[16,16,1];let o=new Array(t.length);for(let s=0;s<o.length;s++)o[s]=t[e[s]];this.outputShape=o,this.dispatchLayout={x:[0],y:[1]},this.dispatch=S(this.dispatchLayout,this.outputShape,this.workgroupSize,[1,1,1]),this.shaderKey="transposeShared"}getUserCode(){_(this.workgroupSize[0]===this.workgroupSize[1],()=>`Must be a square tile, current tile shape is ${this.workgroupSize[0]} x ${this.workgroupSize[1]}`);let t=this.workgroupSize[0];return`
      var<workgroup> tile : array<array<f32, ${this.workgroupSize[0]+1}>, ${this.workgroupSize[0]}>;
      ${b()} {
        var x = i32(workgroupId.x) * ${t} + i32(localId.x);
        var y = i32(workgroupId.y) * ${t} + i32(localId.y);
        let width = uniforms.outShape[0];
        let height = uniforms.outShape[1];
        if (x < width && y < height) {
          tile[localId.y][localId.x] = f32(A[y * width + x]);
        }
        workgroupBarrier();

        x = i32(workgroupId.y) * ${t} + i32(localId.x);
        y = i32(workgroupId.x) * ${t} + i32(localId.y);
        if (x < height && y < width) {
          setOutputAtIndex((y * height + x), tile[localId.x]
            [localId.y]);
        }
      }
    `}};var et=class{constructor(t,e){this.variableNames=["A"],this.workPerThread=1,this.workgroupSize=[64,1,1],this.size=!0;let o=new Array(t.length);for(let s=0;s<o.length;s++)o[s]=t[e[s]];this.outputShape=o,this.dispatchLayout=I(this.outputShape),this.dispatch=S(this.dispatchLayout,this.outputShape,this.workgroupSize,[this.workPerThread,1,1]),this.newDim=e,this.shaderKey=`transpose_${e}`}getUserCode(){let t=U(this.outputShape.length),e=pn(this.newDim);return`
      ${b("index")} {
        for(var i = 0; i < ${this.workPerThread}; i = i + 1) {
          let flatIndex = index * ${this.workPerThread} + i;
          if(flatIndex < uniforms.size) {
            let coords = getCoordsFromIndex(flatIndex);
            setOutputAtIndex(flatIndex, A[getIndexFromCoords${this.outputShape.length}D(
              ${t}(${e}), uniforms.aShape)]);
          }
        }
      }
    `}};function pn(r){let t=r.length;if(t>6)throw Error(`Transpose for rank ${t} is not yet supported`);let e=new Array(t);for(let o=0;o<r.length;o++)e[r[o]]=`coords.${j(o)}`;return e.join()}function Ne(r){let{inputs:t,backend:e,attrs:o}=r,{x:s}=t,{perm:i}=o,a=e,n=s.shape.length,u=new Array(n);for(let l=0;l<u.length;l++)u[l]=s.shape[i[l]];if(e.shouldExecuteOnCPU([s])){let d=a.tensorMap.get(s.dataId).values,c=Tt(d,s.shape,s.dtype,i,u);return e.makeTensorInfo(u,s.dtype,c)}if(s.shape.length===2&&ne(i,[1,0])){let l=new Je(s.shape,i);return a.runWebGPUProgram(l,[s],s.dtype)}let p=new et(s.shape,i);return a.runWebGPUProgram(p,[s],s.dtype)}var ps={kernelName:Co,backendName:"webgpu",kernelFunc:Ne};function cn(r){let{inputs:t,backend:e,attrs:o}=r,{x:s}=t,{axis:i}=o,a=re(i,s.shape),n=qe(a,s.shape.length),u=s,p=[];n!=null&&(u=Ne({inputs:{x:s},backend:e,attrs:{perm:n}}),p.push(u),a=Ke(a.length,u.shape.length)),He("argMax",[a[0]],u.shape.length);let l=new Ze(u.shape,a[0],"max"),d=[{type:"float32",data:[Number.NEGATIVE_INFINITY]}],c=e.runWebGPUProgram(l,[u],"int32",d);return p.forEach(h=>e.disposeData(h.dataId)),c}var cs={kernelName:Ir,backendName:"webgpu",kernelFunc:cn};var tt=class{constructor(t){this.variableNames=["x"],this.uniforms="strides : vec2<i32>,",this.workgroupSize=[256,1,1],this.size=!0,this.outputShape=t.outShape,this.dispatchLayout=I(this.outputShape),this.dispatch=S(this.dispatchLayout,this.outputShape,this.workgroupSize),this.shaderKey="poolWithFilterSizeEqualsOne"}getUserCode(){return`
      ${b("index")} {
        if (index < uniforms.size) {
          let coords = getCoordsFromIndex(index);
          let batch = coords[0];
          let d = coords[3];

          let xRCCorner = coords.yz * uniforms.strides;
          let xRCorner = xRCCorner.x;
          let xCCorner = xRCCorner.y;

          let value = getX(batch, xRCorner, xCCorner, d);
          setOutputAtIndex(index, value);
        }
      }
    `}};var Be=class{constructor(t,e,o=!1,s=!1,i=!1){if(this.variableNames=["x"],this.uniforms="strides : vec2<i32>, pads : vec2<i32>, dilations : vec2<i32>, convDims : vec2<i32>, filterDims : vec2<i32>,",this.workgroupSize=[128,1,1],this.size=!0,e==="avg"&&o)throw new Error("Cannot compute positions for average pool.");this.outputShape=t.outShape,this.dispatchLayout=I(this.outputShape),this.dispatch=S(this.dispatchLayout,this.outputShape,this.workgroupSize),this.poolType=e,this.computePositions=o,this.flattenPositions=s,this.includeBatchIndex=i,this.shaderKey=`pool2D_${e}_${o}_${s}_${i}`}getUserCode(){let t;this.poolType==="avg"?t="resultValue = resultValue + value; count = count + 1.0;":this.computePositions?t=`let currMaxValue = mix(value, maxValue, maxValueFound);
      if (value >= currMaxValue) {
        maxValue = value;
        maxValueFound = 1.0;
        maxPosition = ${this.flattenPositions?this.includeBatchIndex?"((batch * uniforms.xShape[1] + xR) * uniforms.xShape[2] + xC) * uniforms.xShape[3] + d":"(xR * uniforms.xShape[2] + xC) * uniforms.xShape[3] + d":"wR * uniforms.filterDims.y + wC"};
      }`:t="resultValue = max(value, resultValue);";let e="resultValue";return this.poolType==="avg"&&(e="resultValue / max(count, 1.0)"),`
      ${b("index")} {
      if (index < uniforms.size) {
        let coords = getCoordsFromIndex(index);
          let batch = coords[0];
          let d = coords[3];
          let xRCCorner = vec2<i32>(coords.yz) * uniforms.strides - uniforms.pads;
          let xRCorner = xRCCorner.x;
          let xCCorner = xRCCorner.y;

          ${this.computePositions?`var maxValue = 0.0;
            var maxValueFound = 0.0;
            var maxPosition = 0;`:`var resultValue = ${this.poolType==="avg"?"0.0":"-1.0 / pow(10.0, -20.0)"};`}

          var count = 0.0;
          for (var wR = 0; wR < uniforms.filterDims.x; wR = wR + uniforms.dilations.x) {
            let xR = xRCorner + wR;

            if (xR < 0 || xR >= uniforms.convDims.x) {
              continue;
            }

            for (var wC = 0; wC < uniforms.filterDims.y; wC = wC + uniforms.dilations.y) {
              let xC = xCCorner + wC;
              if (xC < 0 || xC >= uniforms.convDims.y) {
                continue;
              }

              let value = getX(batch, xR, xC, d);
              ${t}
            }
          }

          ${this.computePositions?"setOutputAtIndexI32(index, maxPosition);":`setOutputAtIndex(index, ${e});`}
        }
      }
    `}};function k(r){let{inputs:t,attrs:e}=r,{x:o}=t,{shape:s}=e,i=E(o.shape),a=xr(s,i),n=E(a);return _(i===n,()=>`The new shape (${a}) has ${n} elements and the old shape (${o.shape}) has ${i} elements. The new shape and old shape must have the same number of elements.`),r.backend.incRef(o.dataId),{dataId:o.dataId,shape:a,dtype:o.dtype}}var hs={kernelName:to,backendName:"webgpu",kernelFunc:k};var rt=class{constructor(t,e,o){this.variableNames=["x"],this.uniforms="reduceSize : i32,",this.size=!0,this.inputShape=[t.batchSize,t.inSize];let[s]=Se(this.inputShape,[1]);this.outputShape=s.length===0?[1]:s,t.inSize>=32768&&o>=512?this.workgroupSize=[512,1,1]:t.inSize>=4096?this.workgroupSize=[256,1,1]:this.workgroupSize=[64,1,1],this.dispatchLayout=I(this.outputShape),this.dispatch=S(this.dispatchLayout,this.outputShape,[1,1,1]),this.reduceType=e,this.shaderKey=`reduce_${e}`}getUserCode(){let t="",e="0.0",o=this.workgroupSize[0];this.reduceType==="min"||this.reduceType==="max"?(t=`
         if (isnan(candidate)) {
          bestValue = uniforms.NAN;
         } else if (!isnan(bestValue) && candidate ${this.reduceType==="min"?"<":">"} bestValue)
           {  bestValue = candidate; }`,e="f32(x[offset])"):this.reduceType==="sum"||this.reduceType==="mean"?t=" bestValue = bestValue + candidate; ":this.reduceType==="prod"?(t=" bestValue = bestValue * candidate; ",e="1.0"):this.reduceType==="all"?(t=" bestValue = f32(bestValue >= 1.0 && candidate >= 1.0); ",e="1.0"):this.reduceType==="any"&&(t=" bestValue = f32(bestValue >= 1.0 || candidate >= 1.0); ",e="0.0");let s=this.reduceType==="mean"?"setOutputAtIndex(outputIndex, bestValue / f32(uniforms.reduceSize));":"setOutputAtIndex(outputIndex, bestValue);";return`
       fn DIV_CEIL(a : u32, b : u32) -> u32 {
        return ((a - 1u) / b + 1u);
       }

       ${`
         var<workgroup> xBestValues : array<f32, ${o}>;
       `}
       fn getOffset(outputIndex : i32) -> i32 {
         let outputCoords = getCoordsFromIndex(outputIndex);
         let offset = ${this.outputShape.length===1?"outputCoords":"outputCoords[0]"} * uniforms.reduceSize;
          return offset;
       }
       ${b("index")} {
         let outputIndex = index / ${o};
         let offset = getOffset(outputIndex);
         var bestValue = ${e};
         let Length = uniforms.reduceSize;
         let WorkPerThread = DIV_CEIL(u32(Length), ${o}u);
         for (var k = i32(localId.x); k < Length && outputIndex < uniforms.size;
             k = k + ${o}) {
           let candidate = f32(x[offset + k]);
           ${t}
         }
         xBestValues[localId.x] = bestValue;
         workgroupBarrier();

         var reduceSize = min(u32(Length), ${o}u);
         for (var currentSize = reduceSize / 2u; reduceSize > 1u;
             currentSize = reduceSize / 2u) {
           let interval = DIV_CEIL(reduceSize, 2u);
           if (localId.x < currentSize) {
            let candidate = xBestValues[localId.x + interval];
            ${t}
            xBestValues[localId.x] = bestValue;
           }
           reduceSize = interval;
           workgroupBarrier();
         }

         if (localId.x == 0u && outputIndex < uniforms.size) {
          ${s}
        }
       }
     `}};var hn={mean:"float32",all:"bool",any:"bool"};function ie(r,t,e,o,s){let i=r.shape.length,a=[],n=re(t,r.shape),u=n,p=qe(u,i),l=r;p!=null&&(l=Ne({inputs:{x:r},attrs:{perm:p},backend:s}),u=Ke(u.length,i),a.push(l)),He(o,u,i);let[d,c]=Se(l.shape,u),h=d;e&&(h=Do(d,n));let f;if((o==="max"||o==="prod")&&s.shouldExecuteOnCPU([l])){let m=s.tensorMap.get(l.dataId).values;switch(o){case"max":let x=qt(m,E(c),h,r.dtype);f=s.makeTensorInfo(h,r.dtype,x);break;case"prod":let{outVals:w,outShape:$,outDtype:v}=jt(l.shape,l.dtype,m,u);f=s.makeTensorInfo($,v,w);break;default:throw new Error(`${o} CPU implementation is not yet supported.`)}}else{let m=E(c),w=E(l.shape)/m,$={windowSize:m,inSize:m,batchSize:w,outSize:1},v=hn[o]||vo(r.dtype),P=[{type:"int32",data:[m]}],R=new rt($,o,s.device.limits.maxComputeWorkgroupSizeX),L=s.runWebGPUProgram(R,[l],v,P);a.push(L),f=k({inputs:{x:L},attrs:{shape:h},backend:s})}return a.forEach(m=>s.disposeData(m.dataId)),f}function ar(r){let{inputs:t,backend:e,attrs:o}=r,{x:s}=t,{reductionIndices:i,keepDims:a}=o;return ie(s,i,a,"max",e)}var ds={kernelName:"Max",backendName:"webgpu",kernelFunc:ar};function nr(r){let{inputs:t,backend:e,attrs:o}=r,{x:s}=t,{keepDims:i,axis:a}=o;return ie(s,a,i,"mean",e)}var ms={kernelName:Gr,backendName:"webgpu",kernelFunc:nr};function ot(r,t,e,o){if(t.filterWidth===1&&t.filterHeight===1&&ne(t.inShape,t.outShape))return V({inputs:{x:r},backend:o});if(t.filterWidth===t.inWidth&&t.filterHeight===t.inHeight&&t.batchSize===1&&t.padInfo.type==="VALID"){let a=r.shape.length,n=k({inputs:{x:r},backend:o,attrs:{shape:[r.shape[a-3]*r.shape[a-2],r.shape[a-1]]}}),u;e==="avg"?u=nr({inputs:{x:n},backend:o,attrs:{axis:0,keepDims:!1}}):(_(e==="max",()=>`Invalid pool type ${e}`),u=ar({inputs:{x:n},backend:o,attrs:{reductionIndices:0,keepDims:!1}}));let p=k({inputs:{x:u},backend:o,attrs:{shape:t.outShape}});return o.disposeData(n.dataId),o.disposeData(u.dataId),p}let s,i=[{type:"int32",data:[t.strideHeight,t.strideWidth]}];return t.filterHeight===1&&t.filterWidth===1?s=new tt(t):(e==="avg"?s=new Be(t,"avg"):(_(e==="max",()=>`Invalid pool type ${e}`),s=new Be(t,"max")),i.push({type:"int32",data:[t.padInfo.top,t.padInfo.left]},{type:"int32",data:[t.dilationHeight,t.dilationWidth]},{type:"int32",data:[t.inHeight,t.inWidth]},{type:"int32",data:[t.effectiveFilterHeight,t.effectiveFilterWidth]})),o.runWebGPUProgram(s,[r],r.dtype,i)}function dn(r){let{inputs:t,backend:e,attrs:o}=r,{x:s}=t,{filterSize:i,strides:a,pad:n,dimRoundingMode:u}=o,l=Ge(s.shape,i,a,1,n,u);return ot(s,l,"avg",e)}var fs={kernelName:$r,backendName:"webgpu",kernelFunc:dn};function H(r,t=!1,e=!1,o=3){if(r===null)return"";let s="";if(r==="linear")s=ue(g.LINEAR);else if(r==="relu")s=ue(g.RELU,e);else if(r==="elu")s=ue(g.ELU,e);else if(r==="relu6")s=ue(g.RELU6,e);else if(r==="prelu")s=ye(y.PRELU,e);else if(r==="sigmoid")s=ue(g.SIGMOID,e);else if(r==="leakyrelu")s=ue(g.LEAKYRELU,e);else throw new Error(`Activation ${r} has not been implemented for the WebGPU backend.`);let a=A(e?4:1),n="";return t?n=`
      fn activation(a : ${a}, coords : vec${o}<i32>) -> ${a} {
        let b = getPreluActivationWeightsByOutputCoords(coords);
        ${s}
      }`:n=`
      fn activation(a : ${a}, coords : vec${o}<i32>) -> ${a} {
        ${s}
      }`,n}function X(r,t){return`
      ${r?"value = value + getBiasByOutputCoords(coords);":""}
      ${t?"value = activation(value, coords);":""}
      `}function ur(r,t,e=!1,o=!1,s=!1,i=1){_(r&&i===1||!r,()=>`transposeA ${r} is not compatible with component size ${i}`);let a=`
      ${r?"value = getA(batch, col, row);":"value = getA(batch, row, col);"}

    `,n=t?"value = getB(batch, col, row);":"value = getB(batch, row, col);";return`
  fn mm_readA(batch: i32, row: i32, col: i32) -> ${A(i)} {
    var value = ${A(i)}(0.0);
    ${e&&s?a:`
    ${r?"if(row < uniforms.dimAOuter && col < uniforms.dimInner)":"if(row < uniforms.aShape[1] && col < uniforms.aShape[2])"}
    {
      ${a}
    }
    `}
    return value;
  }

  fn mm_readB(batch: i32, row: i32, col: i32) -> ${A(i)} {
    var value = ${A(i)}(0.0);
    ${n}
    return value;
  }
  `}function Le(r,t,e,o,s=!1,i=!1,a=!1,n=1){return`
  ${ur(e,o,s,i,a,n)}
  fn mm_write(batch: i32, row: i32, col: i32, valueIn: ${A(n)}) {
    ${s&&i?"":"if (row < uniforms.dimAOuter && col < uniforms.dimBOuter)"}
    {
      var value = valueIn;
      let coords = vec3<i32>(batch, row, col);
      ${X(r,t)}
      setOutputAtCoords(coords[0], coords[1], coords[2], value);
    }
  }
  `}var mn=(r,t)=>r?`
        mm_Asub[inputRow][inputCol] = mm_readA(batchA,
          kStart + inputRow,
          globalRowStart + inputCol * ${t});
        `:`
        mm_Asub[inputRow][inputCol] = mm_readA(batchA,
          globalRow + innerRow,
          kStart + inputCol * ${t});
        `,fn=(r,t,e,o)=>{if(r)return`
      for (var k = 0; k < ${o}; k++) {
        let BCached0 = mm_Bsub[k][tileCol];
        let ACached0 = mm_Asub[k][localRow];
        for (var i = 0; i < ${e}; i++) {
          acc[i] = fma(BCached0, vec4<f32>(ACached0[i]), acc[i]);
        }
      }`;{let s="",i="";for(let a=0;a<t;a++)s+=`let BCached${a} = mm_Bsub[k * ${t} + ${a}][tileCol];`,i+=`acc[i] = fma(BCached${a}, vec4<f32>(ACached[${a}]), acc[i]);`;return`
      for (var k = 0; k < ${o/t}; k++) {
        ${s}
        for (var i = 0; i < ${e}; i++) {
          let ACached = mm_Asub[tileRow + i][k];
          ${i}
        }
      }`}};function ze(r,t,e=!1,o=32,s=!1,i=32,a=!1){let n=t[1]*r[1],u=t[0]*r[0],p=e?n:o,l=e?o:n,d=p/t[0],c=o/t[1],h=r[1],f=r[0];return _((e&&d===4&&r[1]===4||!e&&(d===3||d===4))&&p%t[0]===0&&o%t[1]===0&&r[0]===4,()=>`If transposeA ${e} is true, innerElementSize ${d} and workPerThread[1] ${r[1]} must be 4.
          Otherwise, innerElementSize ${d} must be 3 or 4.
      tileAWidth ${p} must be divisible by workgroupSize[0]${t[0]}. tileInner ${o} must be divisible by workgroupSize[1] ${t[1]}. colPerThread ${r[0]} must be 4.`),`
  var<workgroup> mm_Asub : array<array<vec${d}<f32>, ${p/d}>, ${l}>;
  var<workgroup> mm_Bsub : array<array<vec4<f32>, ${u/r[0]}>, ${o}>;

  ${b()} {
    let localRow = i32(localId.y);
    let tileRow = localRow * ${h};
    let tileCol = i32(localId.x);

    let globalRow = i32(globalId.y) * ${h};
    let globalCol = i32(globalId.x) * ${f};
    let batch = ${s?"0":"i32(globalId.z)"};
    let batchA = ${s||!a?"batch":"batch % uniforms.aShape[0]"};
    let batchB = ${s||!a?"batch":"batch % uniforms.bShape[0]"};
    let globalRowStart = i32(workgroupId.y) * ${n};

    let numTiles = ${s?`${Math.ceil(i/o)}`:`(uniforms.dimInner - 1) / ${o} + 1`};
    var kStart = ${s?`i32(globalId.z) * ${i}`:"0"};

    var acc: array<vec4<f32>, ${h}>;

    // Loop over shared dimension.
    let tileRowB = localRow * ${c};
    for (var t = 0; t < numTiles; t++) {
        // Load one tile of A into local memory.
        for (var innerRow = 0; innerRow < ${h}; innerRow++) {
            let inputRow = tileRow + innerRow;
            let inputCol = tileCol;
            ${mn(e,d)}
        }

        // Load one tile of B into local memory.
        for (var innerRow = 0; innerRow < ${c}; innerRow++) {
            let inputRow = tileRowB + innerRow;
            let inputCol = tileCol;
            mm_Bsub[inputRow][inputCol] = mm_readB(batchB, kStart + inputRow, globalCol);
        }
        kStart = kStart + ${o};
        workgroupBarrier();

        // Compute acc values for a single thread.
        ${fn(e,d,h,o)}
        workgroupBarrier();
    }

    for (var innerRow = 0; innerRow < ${h}; innerRow++) {
        mm_write(batch, globalRow + innerRow, globalCol, acc[innerRow]);
    }
  }`}var gs=r=>r?`
        mm_Asub[inputRow][inputCol] = mm_readA(batchA,
          kStart + inputRow,
          globalRowStart + inputCol);
        `:`
        mm_Asub[inputRow][inputCol] = mm_readA(batchA,
          globalRowStart + inputRow,
          kStart + inputCol);
        `,gn=r=>r?"let ACached = mm_Asub[k][tileRow + innerRow];":"let ACached = mm_Asub[tileRow + innerRow][k];";function Te(r,t,e=!1,o=32,s=!1,i=32,a=!1,n=!1){let u=r[1]*t[1],p=r[0]*t[0],l=e?u:o,d=e?o:u;_(d%t[1]===0&&l%t[0]===0&&o%t[1]===0,()=>`tileAHight ${d} must be divisible by workgroupSize[1]${t[1]}, tileAWidth ${l} must be divisible by workgroupSize[0]${t[0]}, tileInner ${o} must be divisible by workgroupSize[1]${t[1]}`);let c=d/t[1],h=l/t[0],f=o/t[1],m=r[1],x=r[0],w=a?`
      let localRow = i32(localId.y);
      let localCol = i32(localId.x);
      let globalRowStart = i32(workgroupId.y) * ${u};
      let globalColStart = i32(workgroupId.x) * ${p};

      // Loop over shared dimension.
      for (var t = 0; t < numTiles; t++) {
        // Load one tile of A into local memory.
        for (var inputRow = localRow; inputRow < ${d}; inputRow = inputRow + ${t[1]}) {
          for (var inputCol = localCol; inputCol < ${l}; inputCol = inputCol + ${t[0]}) {
            ${gs(e)}
          }
        }
        // Load one tile of B into local memory.
        for (var inputRow = localRow; inputRow < ${o}; inputRow = inputRow + ${t[1]}) {
              for (var inputCol = localCol; inputCol < ${p}; inputCol = inputCol + ${t[0]}) {
            mm_Bsub[inputRow][inputCol] = mm_readB(batchB,
              kStart + inputRow,
              globalColStart + inputCol);
          }
        }
        kStart = kStart + ${o};
        workgroupBarrier();

        // Compute acc values for a single thread.
        var BCached : array<f32, ${x}>;
        for (var k = 0; k < ${o}; k++) {
          for (var inner = 0; inner < ${x}; inner++) {
            BCached[inner] = mm_Bsub[k][localCol + inner * ${t[0]}];
          }
          for (var innerRow = 0; innerRow < ${m}; innerRow++) {
            let ACached = ${e?`mm_Asub[k][localRow + innerRow * ${t[1]}];`:`mm_Asub[localRow + innerRow * ${t[1]}][k];`}
            for (var innerCol = 0; innerCol < ${x}; innerCol++) {
              acc[innerRow][innerCol] =
                  fma(ACached, BCached[innerCol], acc[innerRow][innerCol]);
            }
          }
        }
        workgroupBarrier();
      }
      for (var innerRow = 0; innerRow < ${m}; innerRow++) {
        let gRow = globalRowStart + localRow + innerRow * ${t[1]};
        for (var innerCol = 0; innerCol < ${x}; innerCol++) {
          let gCol = globalColStart + localCol + innerCol * ${t[0]};
          mm_write(batch, gRow, gCol, acc[innerRow][innerCol]);
        }
      }
      `:`
  let tileRow = i32(localId.y) * ${m};
  let tileCol = i32(localId.x) * ${x};

  let globalRow = i32(globalId.y) * ${m};
  let globalCol = i32(globalId.x) * ${x};
  let globalRowStart = i32(workgroupId.y) * ${u};

  let tileRowA = i32(localId.y) * ${c};
  let tileColA = i32(localId.x) * ${h};
  let tileRowB = i32(localId.y) * ${f};
  // Loop over shared dimension.
  for (var t = 0; t < numTiles; t++) {
    // Load one tile of A into local memory.
    for (var innerRow = 0; innerRow < ${c}; innerRow++) {
      for (var innerCol = 0; innerCol < ${h}; innerCol++) {
        let inputRow = tileRowA + innerRow;
        let inputCol = tileColA + innerCol;
        ${gs(e)}
      }
    }

    // Load one tile of B into local memory.
    for (var innerRow = 0; innerRow < ${f}; innerRow++) {
      for (var innerCol = 0; innerCol < ${x}; innerCol++) {
        let inputRow = tileRowB + innerRow;
        let inputCol = tileCol + innerCol;
        mm_Bsub[inputRow][inputCol] = mm_readB(batchB,
          kStart + inputRow,
          globalCol + innerCol);
      }
    }
    kStart = kStart + ${o};
    workgroupBarrier();

    // Compute acc values for a single thread.
    var BCached : array<f32, ${x}>;
    for (var k = 0; k < ${o}; k++) {
      for (var inner = 0; inner < ${x}; inner++) {
        BCached[inner] = mm_Bsub[k][tileCol + inner];
      }

      for (var innerRow = 0; innerRow < ${m}; innerRow++) {
        ${gn(e)}
        for (var innerCol = 0; innerCol < ${x}; innerCol++) {
          acc[innerRow][innerCol] =
              fma(ACached, BCached[innerCol], acc[innerRow][innerCol]);
        }
      }
    }

    workgroupBarrier();
  }

  for (var innerRow = 0; innerRow < ${m}; innerRow++) {
    for (var innerCol = 0; innerCol < ${x}; innerCol++) {
      mm_write(batch, globalRow + innerRow, globalCol + innerCol,
          acc[innerRow][innerCol]);
    }
  }
  `;return`
    var<workgroup> mm_Asub : array<array<f32, ${l}>, ${d}>;
    var<workgroup> mm_Bsub : array<array<f32, ${p}>, ${o}>;

    ${b()} {
      let batch = ${s?"0":"i32(globalId.z)"};
      let batchA = ${s||!n?"batch":"batch % uniforms.aShape[0]"};
      let batchB = ${s||!n?"batch":"batch % uniforms.bShape[0]"};
      let numTiles = ${s?`${Math.ceil(i/o)}`:`(uniforms.dimInner - 1) / ${o} + 1`};
      var kStart = ${s?`i32(globalId.z) * ${i}`:"0"};

      var acc : array<array<f32, ${x}>, ${m}>;

      // Without this initialization strange values show up in acc.
      for (var innerRow = 0; innerRow < ${m}; innerRow++) {
        for (var innerCol = 0; innerCol < ${x}; innerCol++) {
          acc[innerRow][innerCol] = 0.0;
        }
      }
      ${w}
    }
  `}var xn=r=>r?`
      mm_readA(batchA, colA, globalRow),
      mm_readA(batchA, colA + 1, globalRow),
      mm_readA(batchA, colA + 2, globalRow),
      mm_readA(batchA, colA + 3, globalRow)
  `:`
      mm_readA(batchA, globalRow, colA),
      mm_readA(batchA, globalRow, colA + 1),
      mm_readA(batchA, globalRow, colA + 2),
      mm_readA(batchA, globalRow, colA + 3)
  `;function Cn(r,t=!1){_(r[1]===1&&r[2]===1,()=>`A linear work group size is required. But got ${r}.`);let e=r[0]*4;return`
    var<workgroup> mm_Asub : array<vec4<f32>, ${r[0]}>;

    ${b()} {
      let tileCol = i32(localId.x);
      let globalCol = i32(globalId.x);
      let globalRow = i32(globalId.y);

      let numTiles = (uniforms.dimInner - 1) / ${e} + 1;
      let batch = i32(globalId.z);
      let batchA = batch % uniforms.aShape[0];
      let batchB = batch % uniforms.bShape[0];
      // Without this initialization strange values show up in acc.
      var acc = 0.0;

      // Loop over shared dimension.
      for (var t = 0; t < numTiles; t++) {
        // Load one tile of A into local memory.
        let colA = t * ${e} + tileCol * 4;
        mm_Asub[tileCol] = vec4<f32>(${xn(t)});
        workgroupBarrier();

        // Compute acc values for a single thread.
        for (var k = 0; k < ${e/4}; k++) {
          let rowB = t * ${e} + k * 4;
          let BCached = vec4<f32>(mm_readB(batchB, rowB, globalCol),
                              mm_readB(batchB, rowB + 1, globalCol),
                              mm_readB(batchB, rowB + 2, globalCol),
                              mm_readB(batchB, rowB + 3, globalCol));

          let ACached = mm_Asub[k];
          acc = acc + dot(ACached, BCached);
        }

        workgroupBarrier();
      }

      mm_write(batch, globalRow, globalCol, acc);
    }
  `}var st=class{constructor(t,e,o=!1,s=!1,i=null,a=null,n=null,u=!1){this.variableNames=["A","B"],this.uniforms="dimAOuter : i32, dimBOuter : i32, dimInner : i32,",this.outputShape=e,this.dispatchLayout={x:[2],y:[1],z:[0]};let p=o?t[1]:t[2];if(this.isVec4=(p%4===0&&!o||e[1]%4===0&&o)&&e[2]%4===0&&!s,this.outputComponent=this.isVec4?4:1,this.isVectorA=e[1]===1&&!o,!this.isVec4&&this.isVectorA)this.elementsPerThread=[1,1,1],this.workgroupSize=[32,1,1];else{let c=rs(e[1],p,e[2],o);this.workgroupSize=c.workgroupSize,this.elementsPerThread=c.elementsPerThread}this.dispatch=S(this.dispatchLayout,this.outputShape,this.workgroupSize,this.elementsPerThread);let l=i!=null,d=n!=null;l&&this.variableNames.push("bias"),d&&this.variableNames.push("preluActivationWeights"),this.sequentialAccessByThreads=u,this.transposeA=o,this.transposeB=s,this.addBias=l,this.activation=a,this.hasPreluActivationWeights=d,[this.fitAOuter,this.fitBOuter,this.fitInner]=this.getShapeFit(e[1],e[2],p),this.shaderKey=`matMulPacked_${this.elementsPerThread}_${o}_${s}_${this.activation}_${this.fitAOuter}_${this.fitBOuter}_${this.fitInner}_${this.isVec4}_${this.isVectorA}_${this.sequentialAccessByThreads}`}getShapeFit(t,e,o){let s=this.workgroupSize[1]*this.elementsPerThread[1],i=this.workgroupSize[0]*this.elementsPerThread[0];!this.isVec4&&this.isVectorA?this.tileInner=this.workgroupSize[0]*4:this.tileInner=i;let a=t%s===0,n=e%i===0,u=o%this.tileInner===0;return[a,n,u]}getUserCode(){return`
      ${H(this.activation,this.hasPreluActivationWeights,this.isVec4)}
      ${Le(this.addBias,this.activation,!1,this.transposeB,this.fitAOuter,this.fitBOuter,this.fitInner,this.isVec4?4:1)}
      ${this.isVec4?ze(this.elementsPerThread,this.workgroupSize,this.transposeA,this.tileInner,!1,null,!0):this.isVectorA?Cn(this.workgroupSize,this.transposeA):Te(this.elementsPerThread,this.workgroupSize,this.transposeA,this.tileInner,!1,null,this.sequentialAccessByThreads,!0)}
    `}};function bn(r){return`
    var<workgroup> sumValues : array<f32, ${r}>;
    ${b()} {
      let coords = getOutputCoords();
      let batch = coords[0];
      let batchA = batch % uniforms.aShape[0];
      let batchB = batch % uniforms.bShape[0];
      let row = coords[1];
      let col = coords[2];
      var sum = 0.0;
      let Length = uniforms.dimInner;
      for (var k = i32(localId.x); k < Length; k = k + ${r}) {
        let dataA = mm_readA(batchA, row, k);
        let dataB = mm_readB(batchB, k, col);
        sum = sum + dataA * dataB;
      }
      sumValues[localId.x] = sum;
      workgroupBarrier();

      for(var currentSize = ${r/2}u; currentSize > 1u;
          currentSize = currentSize / 2u) {
        if (localId.x < currentSize)
        {
          sumValues[localId.x] = sumValues[localId.x] + sumValues[localId.x + currentSize];
        }
        workgroupBarrier();
      }

      if (localId.x == 0u) {
        sum = sumValues[0] + sumValues[1];
        mm_write(batch, row, col, sum);
      }
    }
  `}var it=class{constructor(t,e=!1,o=!1,s=null,i=null,a=null){this.variableNames=["A","B"],this.uniforms="dimAOuter : i32, dimBOuter : i32, dimInner : i32,",this.workgroupSize=[256,1,1],this.outputShape=t,this.dispatchLayout={x:[],y:[1,2],z:[0]},this.dispatch=S(this.dispatchLayout,this.outputShape,this.workgroupSize);let n=s!=null,u=a!=null;n&&this.variableNames.push("bias"),u&&this.variableNames.push("preluActivationWeights"),this.transposeA=e,this.transposeB=o,this.addBias=n,this.activation=i,this.hasPreluActivationWeights=u,this.shaderKey=`matMulReduce_${this.activation}_${e}_${o}`}getUserCode(){return`
      ${H(this.activation,this.hasPreluActivationWeights)}
      ${Le(this.addBias,this.activation,this.transposeA,this.transposeB)}
      ${bn(this.workgroupSize[0])}
    `}};function Sn(r){let t=r[1],e=r[0],o=t>e?t:e;return`
  var<workgroup> mm_Asub : array<array<f32, ${o}>, ${t}>;
  var<workgroup> mm_Bsub : array<array<f32, ${e}>, ${o}>;

  // If the output size is small for matrix multiplication, avoid to use vec4
  // and handle some elements per thread to optimally utilize the ALU.
  // Read data from global memory to registers firstly, then store them into
  // shared memory, so it is instruction-Level parallelism for arithmetic
  // operations and others handle IO operations between barrier api, makes ALU
  // and load/store units work simultaneously, could improves the performance.
  ${b()} {
    let tileRow = i32(localId.y);
    let tileCol = i32(localId.x);
    let globalRow = i32(globalId.y);
    let globalCol = i32(globalId.x);
    let batch = i32(globalId.z);
    let batchA = batch % uniforms.aShape[0];
    let batchB = batch % uniforms.bShape[0];

    // uniforms.dimInner should be greater than 0.
    let numTiles = (uniforms.dimInner - 1) / ${o} + 1;
    var acc = 0.0;

    var globalColA = tileCol;
    var globalRowB = 0;
    var regA = mm_readA(batchA, globalRow, globalColA);
    var regB0 = mm_readB(batchB, globalRowB + 2 * tileRow, globalCol);
    var regB1 = mm_readB(batchB, globalRowB + 2 * tileRow + 1, globalCol);
    globalColA = globalColA + ${o};
    globalRowB = globalRowB + ${o};

    for (var t = 0; t < numTiles; t = t + 1) {
      mm_Asub[tileRow][tileCol] = regA;
      mm_Bsub[2 * tileRow][tileCol] = regB0;
      mm_Bsub[2 * tileRow + 1][tileCol] = regB1;

      workgroupBarrier();

      regA = mm_readA(batchA, globalRow, globalColA);
      regB0 = mm_readB(batchB, globalRowB + 2 * tileRow, globalCol);
      regB1 = mm_readB(batchB, globalRowB + 2 * tileRow + 1, globalCol);
      globalColA = globalColA + ${o};
      globalRowB = globalRowB + ${o};

      for (var k = 0; k < ${o}; k = k + 1) {
        acc = acc + mm_Asub[tileRow][k] * mm_Bsub[k][tileCol];
      }
      workgroupBarrier();
    }

    mm_write(batch, globalRow, globalCol, acc);
  }
  `}var at=class{constructor(t,e,o,s=!1,i=!1,a=null,n=null,u=null){this.variableNames=["A","B"],this.uniforms="dimAOuter : i32, dimBOuter : i32, dimInner : i32,",this.workgroupSize=[16,8,1],this.outputShape=o,this.dispatchLayout={x:[2],y:[1],z:[0]},this.dispatch=[Math.ceil(o[2]/this.workgroupSize[0]),Math.ceil(o[1]/this.workgroupSize[1]),o[0]];let p=a!=null;p&&this.variableNames.push("bias");let l=u!=null;l&&this.variableNames.push("preluActivationWeights"),this.transposeA=s,this.transposeB=i,this.addBias=p,this.activation=n,this.hasPreluActivationWeights=l,this.shaderKey=`matMulSmallOutputSize_${this.activation}_${s}_${i}`}getUserCode(){return`
      ${H(this.activation,this.hasPreluActivationWeights)}
      ${Le(this.addBias,this.activation,this.transposeA,this.transposeB)}
      ${Sn(this.workgroupSize)}
    `}};var nt=class{constructor(t,e,o=!1,s=!1){this.variableNames=["A","B"],this.uniforms="dimAOuter : i32, dimBOuter : i32, dimInner : i32,",this.workgroupSize=[8,8,1],this.atomic=!0,this.splitedDimInner=128,_(t[0]===1,()=>"MatMulSplitKProgram only supports batch = 1."),this.outputShape=t,this.dispatchLayout={x:[2],y:[1],z:[0,3]};let i=(o&&this.outputShape[1]%4===0||!o&&e%4===0)&&this.outputShape[2]%4===0;this.elementsPerThread=[4,4,this.splitedDimInner],this.outputComponent=i?4:1,i||(this.outputShape[1]<16&&(this.elementsPerThread[1]=1),this.outputShape[2]<16&&(this.elementsPerThread[0]=1)),this.dispatch=S(this.dispatchLayout,[this.outputShape[0],this.outputShape[1],this.outputShape[2],e],this.workgroupSize,this.elementsPerThread),this.transposeA=o,this.transposeB=s,this.shaderKey=`matMulSplitK_${o}_${s}_${this.elementsPerThread}_${this.outputComponent}`}getUserCode(){let t=this.outputComponent;return`
      ${ur(!1,this.transposeB,!1,!1,!1,t)}
      fn mm_write(batch: i32, row : i32, col : i32, value : ${A(t)}) {
        if (row < uniforms.dimAOuter && col < uniforms.dimBOuter) {
          let coords = vec3<i32>(batch, row, col);
          let flatIndex = getOutputIndexFromCoords(coords);
          // The problem is that we should initialize output to zero before using.
          // Otherwise, the original value will be added to the result.
          for (var i = 0; i < ${t}; i = i + 1) {
            ${Qo("&result[flatIndex + i]",`${t>1?"value[i]":"value"}`,"float32")}
          }
        }
      }
      ${t===4?ze(this.elementsPerThread,this.workgroupSize,this.transposeA,32,!0,this.splitedDimInner):Te(this.elementsPerThread,this.workgroupSize,this.transposeA,32,!0,this.splitedDimInner)}
    `}},ut=class{constructor(t,e=null,o=null,s=null){this.uniforms="",this.variableNames=["x"],this.workgroupSize=[64,1,1],this.size=!0,this.outputShape=t,this.dispatchLayout=I(this.outputShape),this.dispatch=S(this.dispatchLayout,this.outputShape,this.workgroupSize),this.addBias=e!=null,this.hasPreluActivationWeights=s!=null,this.activation=o,this.addBias&&this.variableNames.push("bias"),this.hasPreluActivationWeights&&this.variableNames.push("preluActivationWeights"),this.shaderKey=`biasActivation_${o}`}getUserCode(){return`
    ${H(this.activation,this.hasPreluActivationWeights)}
    ${b("index")} {
      if (index < uniforms.size) {
        let coords = getCoordsFromIndex(index);
        var value = getXByOutputIndex(index);
        ${X(this.addBias,this.activation)}
        setOutputAtIndex(index, value);
      }
    }
    `}};var lt=class{constructor(t){this.variableNames=[],this.outputShape=[],this.uniforms="value : f32,",this.workgroupSize=[64,1,1],this.size=!0,this.outputShape=t,this.dispatchLayout=I(this.outputShape),this.dispatch=S(this.dispatchLayout,this.outputShape,this.workgroupSize),this.shaderKey="fill"}getUserCode(){return`
    ${b("index")} {
      if (index < uniforms.size) {
        setOutputAtIndex(index, uniforms.value);
      }
    }
  `}};function le(r){let{backend:t,attrs:e}=r,{shape:o,value:s}=e,{dtype:i}=e;if(i=i||wr(s),i==="string"){let a=Cr(i,E(o));return a.fill(s),t.makeTensorInfo(o,i,a)}else{let a=new lt(o),n=[{type:"float32",data:[s]}];return t.runWebGPUProgram(a,[],i,n)}}var xs={kernelName:Nr,backendName:"webgpu",kernelFunc:le};function ge({a:r,b:t,transposeA:e,transposeB:o,backend:s,bias:i=null,preluActivationWeights:a=null,leakyreluAlpha:n=0,activation:u=null}){let p=r.shape.length,l=t.shape.length,d=e?r.shape[p-2]:r.shape[p-1],c=o?t.shape[l-1]:t.shape[l-2],h=e?r.shape[p-1]:r.shape[p-2],f=o?t.shape[l-2]:t.shape[l-1],m=r.shape.slice(0,-2),x=t.shape.slice(0,-2),w=E(m),$=E(x),P=J(r.shape.slice(0,-2),t.shape.slice(0,-2)).concat([h,f]);_(d===c,()=>`Error in matMul: inner shapes (${d}) and (${c}) of Tensors with shapes ${r.shape} and ${t.shape} and transposeA=${e} and transposeB=${o} must match.`);let R=e?[w,d,h]:[w,h,d],L=o?[$,f,c]:[$,c,f],T=k({inputs:{x:r},backend:s,attrs:{shape:R}}),M=k({inputs:{x:t},backend:s,attrs:{shape:L}}),D=[T,M],K=Math.max(w,$),Y=[T,M],ae=[{type:"int32",data:[h]},{type:"int32",data:[f]},{type:"int32",data:[d]}],te,O,G=[K,h,f],q=W().get("WEBGPU_MATMUL_PROGRAM_TYPE");if(q<0){let Ce=W().getNumber("WEBGPU_THRESHOLD_TO_INCREASE_WORKGROUPS_FOR_MATMUL"),Re=Ce>0?Ce:s.thresholdToIncreaseWorkgroups,Ae=K*Math.ceil(h/32)*Math.ceil(f/32);Ae<=Re||h<=8&&Ae<=Re*2?K*h*f<=128?q=ee.MatMulReduceProgram:K===1&&c>=2e3?q=ee.MatMulSplitKProgram:q=ee.MatMulSmallOutputSizeProgram:q=ee.MatMulPackedProgram}switch(q){case ee.MatMulReduceProgram:te=new it(G,e,o,i,u,a);break;case ee.MatMulSplitKProgram:{if(O=le({backend:s,attrs:{shape:G,value:0,dtype:r.dtype}}),te=new nt(G,c,e,o),i||u){O=s.runWebGPUProgram(te,Y,r.dtype,ae,O);let Re=new ut(O.shape,i,u,a),Ae=null,Ue=[O];i&&Ue.push(i),a&&Ue.push(a),u==="leakyrelu"&&(Ae=[{type:"float32",data:[n]}],Re.uniforms+=" alpha : f32,");let hr=s.runWebGPUProgram(Re,Ue,O.dtype,Ae);D.push(O);let $i=k({inputs:{x:hr},backend:s,attrs:{shape:P}});D.push(hr);for(let vi of D)s.disposeData(vi.dataId);return $i}break}case ee.MatMulSmallOutputSizeProgram:te=new at(R,L,G,e,o,i,u,a);break;case ee.MatMulPackedProgram:let Ce=s.adapterInfo.isIntel();te=new st(R,G,e,o,i,u,a,Ce);break;default:throw new Error(`Unsupported MatMulProgramType ${q}.`)}i&&Y.push(i),a&&Y.push(a),u==="leakyrelu"&&(ae.push({type:"float32",data:[n]}),te.uniforms+=" alpha : f32,"),O=s.runWebGPUProgram(te,Y,r.dtype,ae,O);let Ii=k({inputs:{x:O},backend:s,attrs:{shape:P}});D.push(O);for(let Ce of D)s.disposeData(Ce.dataId);return Ii}function wn(r){let{inputs:t,backend:e,attrs:o}=r,{a:s,b:i}=t,{transposeA:a,transposeB:n}=o;return ge({a:s,b:i,transposeA:a,transposeB:n,backend:e})}var Cs={kernelName:vr,backendName:"webgpu",kernelFunc:wn};var bs=z({opType:y.NOT_EQUAL,dtype:"bool",cpuKernelImpl:or});function he(r){let{inputs:t,backend:e}=r,{input:o}=t,s=e.tensorMap.get(o.dataId);return V({inputs:{x:s.complexTensorInfos.real},backend:e})}function Ss(r,t){let e=new Z(r.shape,g.TO_INT),o=t.runWebGPUProgram(e,[r],"int32");return{dataId:o.dataId,shape:o.shape,dtype:o.dtype}}function lr(r){let{inputs:t,backend:e,attrs:o}=r,{x:s}=t,{dtype:i}=o;if(i==="complex64"){if(s.dtype==="complex64")return V({inputs:{x:s},backend:e});let a=No(s.shape),n=lr({inputs:{x:s},backend:e,attrs:{dtype:"float32"}}),u=se({inputs:{real:n,imag:a},backend:e});return a.dispose(),e.disposeData(n.dataId),u}if(s.dtype==="complex64"){let a=he({inputs:{input:s},backend:e}),n=lr({inputs:{x:a},backend:e,attrs:{dtype:i}});return e.disposeData(a.dataId),n}if(!br(s.dtype,i)){let a=V({inputs:{x:s},backend:e});return{dataId:a.dataId,shape:a.shape,dtype:i}}if(e.shouldExecuteOnCPU([s])){let a=e.tensorMap.get(s.dataId).values,[n,u,p]=Lt(a,s.shape,s.dtype,i);return e.makeTensorInfo(n,u,p)}if(i==="int32")return Ss(s,e);if(i==="bool"){let a=e.makeTensorInfo([],"bool",Fe("bool",1)),u=bs({inputs:{a:s,b:a},backend:e});return e.disposeData(a.dataId),u}throw new Error(`Error in Cast: failed to cast ${s.dtype} to ${i}`)}var ws={kernelName:kr,backendName:"webgpu",kernelFunc:lr};var pt=class{constructor(t){this.variableNames=["A"],this.uniforms="minVal : f32, maxVal : f32,",this.workPerThread=4,this.workgroupSize=[64,1,1],this.outputComponent=4,this.size=!0,this.outputShape=t,this.dispatchLayout=I(this.outputShape),this.dispatch=S(this.dispatchLayout,this.outputShape,this.workgroupSize,[this.workPerThread,1,1]),this.shaderKey="clipVec4"}getUserCode(){return`
      ${b("index")} {
        if(index < uniforms.size) {
          let value = getAByOutputIndex(index);
          var clampedValue = clamp(
              value, vec4<f32>(uniforms.minVal), vec4<f32>(uniforms.maxVal));
          clampedValue = select(clampedValue, value, isnanVec4(value));
          setOutputAtIndex(index, clampedValue);
        }
      }
    `}};var ct=class{constructor(t){this.variableNames=["A"],this.uniforms="minVal : f32, maxVal : f32,",this.workgroupSize=[64,1,1],this.size=!0,this.outputShape=t,this.dispatchLayout=I(this.outputShape),this.dispatch=S(this.dispatchLayout,this.outputShape,this.workgroupSize),this.shaderKey="clip"}getUserCode(){return`
      ${b("index")} {
        if(index < uniforms.size) {
          let value = getAByOutputIndex(index);
          if (isnan(value)) {
            setOutputAtIndex(index, value);
            return;
          }
          setOutputAtIndex(index, clamp(value, uniforms.minVal, uniforms.maxVal));
        }
      }
    `}};function yn(r){let{inputs:t,backend:e,attrs:o}=r,{x:s}=t,{clipValueMin:i,clipValueMax:a}=o,n,u=[{type:"float32",data:[i]},{type:"float32",data:[a]}];return E(s.shape)%4===0?n=new pt(s.shape):n=new ct(s.shape),e.runWebGPUProgram(n,[s],s.dtype,u)}var ys={kernelName:Rr,backendName:"webgpu",kernelFunc:yn};var ht=class{constructor(t){this.uniforms="",this.workPerThread=1,this.workgroupSize=[64,1,1],this.size=!0,this.outputShape=ce(t,1),this.variableNames=t.map((e,o)=>`T${o}`),this.dispatchLayout=I(this.outputShape),this.dispatch=S(this.dispatchLayout,this.outputShape,this.workgroupSize,[this.workPerThread,1,1]),this.offsetLength=t.length-1;for(let e=0;e<this.offsetLength;e++)this.uniforms+=`offset${e} : i32,`;this.shaderKey="concat"}getUserCode(){let t=[];if(this.offsetLength>0){t.push("if (yC < uniforms.offset0){ setOutputAtCoords(coords.x, coords.y, getT0(yR, yC)); }");for(let i=1;i<this.offsetLength;i++)t.push(`else if (yC < uniforms.offset${[i]}){ setOutputAtCoords(coords.x, coords.y, getT${i}(yR, yC - uniforms.offset${i-1})); }`);let o=this.offsetLength,s=this.offsetLength-1;t.push(`else { setOutputAtCoords(coords.x, coords.y, getT${o}(yR, yC - uniforms.offset${s})); }`)}else t.push("setOutputAtCoords(coords.x, coords.y, getT0(yR, yC));");return`
      ${b("index")} {
        for(var i = 0; i < ${this.workPerThread}; i = i + 1) {
          let flatIndex = index * ${this.workPerThread} + i;
          if(flatIndex < uniforms.size) {
            let coords = getCoordsFromIndex(flatIndex);
            let yR = coords.x;
            let yC = coords.y;

            ${t.join(`
        `)}
          }
        }
      }
    `}};function Ie(r){let{inputs:t,backend:e}=r,{input:o}=t,s=e.tensorMap.get(o.dataId);return V({inputs:{x:s.complexTensorInfos.imag},backend:e})}function $e(r,t,e){let o=r[0].dtype;if(o==="complex64"){let f=r.map(v=>he({inputs:{input:v},backend:e})),m=r.map(v=>Ie({inputs:{input:v},backend:e})),x=$e(f,t,e),w=$e(m,t,e),$=se({inputs:{real:x,imag:w},backend:e});return f.forEach(v=>e.disposeData(v.dataId)),m.forEach(v=>e.disposeData(v.dataId)),e.disposeData(x.dataId),e.disposeData(w.dataId),$}let s=e.shouldExecuteOnCPU(r);if(o==="string"&&(s=!0),s){let f=r.map(R=>{let T=[-1,E(R.shape.slice(t))];return k({inputs:{x:R},backend:e,attrs:{shape:T}})}),m=f.map(R=>({vals:e.readSync(R.dataId),shape:R.shape})),x=ce(f.map(R=>R.shape),1),w=f[0].shape[0]===1,$=Mt(m,x,o,w),v=ce(r.map(R=>R.shape),t),P=e.makeTensorInfo(v,o,$);return f.forEach(R=>e.disposeData(R.dataId)),P}let i=e.device.limits.maxStorageBuffersPerShaderStage-1;if(r.length>i){let f=[];for(let x=0;x<r.length;x+=i){let w=r.slice(x,x+i);f.push($e(w,t,e))}let m=$e(f,t,e);for(let x of f)e.disposeData(x.dataId);return m}let{tensors2D:a,outShape:n}=In(r,t,e),u=a.map(f=>f.shape),p=new ht(u),l=[],d=new Array(u.length-1);if(d.length>0){d[0]=u[0][1],l.push({type:"int32",data:[d[0]]});for(let f=1;f<d.length;f++)d[f]=d[f-1]+u[f][1],l.push({type:"int32",data:[d[f]]})}let c=e.runWebGPUProgram(p,a,a[0].dtype,l);a.forEach(f=>e.disposeData(f.dataId));let h=k({inputs:{x:c},backend:e,attrs:{shape:n}});return e.disposeData(c.dataId),h}function In(r,t,e){let o=ce(r.map(i=>i.shape),t);return{tensors2D:r.map(i=>k({inputs:{x:i},backend:e,attrs:{shape:[E(i.shape.slice(0,t)),E(i.shape.slice(t))]}})),outShape:o}}function pr(r){let{inputs:t,backend:e,attrs:o}=r,{axis:s}=o,i=re(s,t[0].shape)[0],a=t.map(p=>p.shape);Bo(a,i);let n=ce(t.map(p=>p.shape),i);if(E(n)===0)return e.makeTensorInfo(n,t[0].dtype,[]);let u=t.filter(p=>E(p.shape)>0);return u.length===1?V({inputs:{x:u[0]},backend:e}):$e(u,i,e)}var Is={kernelName:Ar,backendName:"webgpu",kernelFunc:pr};function $n(r,t,e,o,s=!1,i=null,a=!1,n=4,u=4,p=4){let l=D=>{switch(D){case 1:return"resData = f32(x[xIndex]);";case 3:return"resData = vec3<f32>(x[xIndex], x[xIndex + 1], x[xIndex + 2]);";case 4:return"resData = vec4<f32>(x[xIndex / 4]);";default:throw new Error(`innerElementSize ${D} is not supported.`)}},d=D=>{switch(D){case 1:return"return f32(W[row * uniforms.wShape[3] + col]);";case 4:return"return vec4<f32>(W[(row * uniforms.wShape[3] + col) / 4]);";default:throw new Error(`innerElementSize ${D} is not supported.`)}},c=r?`
      let coord = vec4<i32>(batch, xRow, xCol, xCh);
      `:`
      let coord = vec4<i32>(batch, xCh, xRow, xCol);
      `,h=r?`
      let coords = vec4<i32>(
        batch,
        row / outWidth,
        row % outWidth,
        col);
      `:`
      let coords = vec4<i32>(
        batch,
        row,
        col / outWidth,
        col % outWidth);
      `,f=r?"uniforms.xShape[1]":"uniforms.xShape[2]",m=r?"uniforms.xShape[2]":"uniforms.xShape[3]",x=r?"row":"col",w=r?"col":"row",$=`
      let inChannels = uniforms.wShape[2];
      let outWidth = ${r?"uniforms.outShape[2]":"uniforms.outShape[3]"};
      let outRow = ${x} / outWidth;
      let outCol = ${x} % outWidth;

      let WRow = ${w} / (uniforms.filterDims[1] * inChannels);
      let WCol = ${w} / inChannels % uniforms.filterDims[1];
      let xRow = outRow * uniforms.strides[0] + uniforms.dilations[0] * WRow - uniforms.pads[0];
      let xCol = outCol * uniforms.strides[1] + uniforms.dilations[1] * WCol - uniforms.pads[1];
      let xCh = ${w} % inChannels;
      var resData = ${A(n)}(0.0);
      // The bounds checking is always needed since we use it to pad zero for
      // the 'same' padding type.
      if (xRow >= 0 && xRow < ${f} && xCol >= 0 && xCol < ${m}) {
        ${c}
        let xIndex = getIndexFromCoords4D(coord, uniforms.xShape);
        ${l(n)}
      }
      return resData;`,v=r?t&&o?`
      ${$}`:`
      if (row < uniforms.dimAOuter && col < uniforms.dimInner) {
        ${$}
      }
      return ${A(n)}(0.0);`:o&&e?`
      ${$}`:`
      if (row < uniforms.dimInner && col < uniforms.dimBOuter) {
        ${$}
      }
      return ${A(n)}(0.0);`,P=`${d(u)}`,R=A(p),L=r?A(n):A(u),T=r?A(u):A(n);return`
      ${H(i,a,p===4,4)}
      fn mm_readA(batch: i32, row : i32, col : i32) -> ${L} {
        ${r?v:P}
      }

      fn mm_readB(batch: i32, row : i32, col : i32) -> ${T} {
        ${r?P:v}
      }

      fn mm_write(batch: i32, row : i32, col : i32, valueIn : ${R}) {
        if (row < uniforms.dimAOuter && col < uniforms.dimBOuter)
        {
        var value = valueIn;
        let outWidth = ${r?"uniforms.outShape[2]":"uniforms.outShape[3]"};
        ${h}
        ${X(s,i)}
        setOutputAtCoords(coords[0], coords[1], coords[2], coords[3], value);
        }
      }`}var dt=class{constructor(t,e,o,s,i=!1,a=null,n=!1,u=!1){this.variableNames=["x","W"],this.uniforms="filterDims : vec2<i32>, pads : vec2<i32>, strides : vec2<i32>, dilations : vec2<i32>, dimAOuter : i32, dimBOuter : i32, dimInner : i32,",this.outputShape=t.outShape,this.isChannelsLast=t.dataFormat==="channelsLast",this.isVec4=((t.inChannels%4===0||t.inChannels%3===0)&&this.isChannelsLast||t.outWidth%4===0&&!this.isChannelsLast)&&t.outChannels%4===0,this.dispatchLayout=this.isChannelsLast?{x:[3],y:[1,2],z:[0]}:{x:[2,3],y:[1],z:[0]},this.workgroupSize=os(this.dispatchLayout,this.outputShape,this.isVec4),this.elementsPerThread=ss(this.dispatchLayout,this.outputShape,this.isVec4),this.dispatch=S(this.dispatchLayout,this.outputShape,this.workgroupSize,this.elementsPerThread),this.isVec4?(this.outputComponent=4,this.isChannelsLast&&t.inChannels%4!==0?(this.innerElementSize=3,this.variableComponents=[1,4]):(this.innerElementSize=4,this.variableComponents=[4,4]),i&&(this.variableNames.push("bias"),this.variableComponents.push(4)),n&&(this.variableNames.push("preluActivationWeights"),this.variableComponents.push(4))):(this.innerElementSize=this.elementsPerThread[0],i&&this.variableNames.push("bias"),n&&this.variableNames.push("preluActivationWeights")),this.sequentialAccessByThreads=u,this.addBias=i,this.activation=a,this.hasPreluActivationWeights=n,this.tileAOuter=this.workgroupSize[1]*this.elementsPerThread[1],this.tileBOuter=this.workgroupSize[0]*this.elementsPerThread[0],this.tileInner=Math.max(this.workgroupSize[0]*this.innerElementSize,this.workgroupSize[1]),this.fitAOuter=e%this.tileAOuter===0,this.fitBOuter=o%this.tileBOuter===0,this.fitInner=s%this.tileInner===0,this.shaderKey=`conv2DMM_${this.elementsPerThread}_${this.activation}}_${this.fitAOuter}_${this.fitBOuter}_${this.fitInner}_${this.isVec4}_${this.innerElementSize}_${this.isChannelsLast}_${this.sequentialAccessByThreads}`}getUserCode(){let t=this.isVec4?ze(this.elementsPerThread,this.workgroupSize,!this.isChannelsLast,this.tileInner):Te(this.elementsPerThread,this.workgroupSize,!this.isChannelsLast,this.tileInner,!1,null,this.sequentialAccessByThreads),e=this.isVec4?[this.innerElementSize,4,4]:[1,1,1];return`
    ${$n(this.isChannelsLast,this.fitAOuter,this.fitBOuter,this.fitInner,this.addBias,this.activation,this.hasPreluActivationWeights,e[0],e[1],e[2])}
    ${t}
  `}};var mt=class{constructor(t,e=!1,o=null,s=!1){this.variableNames=["x","W"],this.uniforms="filterDims: vec2<i32>, pads: vec2<i32>, strides: vec2<i32>, dilations: vec2<i32>,",this.workgroupSize=[4,4,8],this.outputShape=t.outShape,this.isChannelsLast=t.dataFormat==="channelsLast",this.dispatchLayout=this.isChannelsLast?{x:[2],y:[1],z:[0,3]}:{x:[3],y:[2],z:[0,1]},this.dispatch=S(this.dispatchLayout,this.outputShape,this.workgroupSize),this.addBias=e,this.activation=o,this.hasPreluActivationWeights=s,e&&this.variableNames.push("bias"),s&&this.variableNames.push("preluActivationWeights"),this.shaderKey=`conv2dnaive_${this.activation}_${this.isChannelsLast}`}getUserCode(){return`
       ${H(this.activation,this.hasPreluActivationWeights,!1,4)}
       fn readInp(batch : i32, row : i32, col : i32, chan : i32) -> f32{
         let coords = vec4<i32>(batch, row, col, chan);
         if (coordsInBounds4D(coords, uniforms.xShape)) {
           return  getX(batch, row, col, chan);
         } else {
          return 0.0;
         }
       }
       fn readFilt(row : i32, col : i32, xChannel : i32, outChannel : i32) -> f32{
         let coords = vec4<i32>(row, col, xChannel, outChannel);
         if(coordsInBounds4D(coords, uniforms.wShape)) {
           return getW(row, col, xChannel, outChannel);
          } else {
            return 0.0;
          }
       }
       fn writeResult(batch : i32, row : i32, col : i32, chan : i32, valueIn : f32) {
         let coords = ${this.isChannelsLast?"vec4<i32>(batch, row, col, chan);":"vec4<i32>(batch, chan, row, col);"}
         if (coordsInBounds4D(coords, uniforms.outShape)) {
           var value = valueIn;
           ${X(this.addBias,this.activation)}
           setOutputAtCoords(coords.x, coords.y, coords.z, coords.w, value);
         }
       }
       ${b("index")} {
         let coords = getOutputCoords();
         let batch = coords[0];
         let outChannel = ${this.isChannelsLast?"coords[3];":"coords[1];"}
         let outRow = ${this.isChannelsLast?"coords[1];":"coords[2];"}
         let outCol = ${this.isChannelsLast?"coords[2];":"coords[3];"}
         var acc : f32 = 0.0;
         for (var row = 0; row < uniforms.filterDims[0]; row = row + 1) {
           for (var col = 0; col < uniforms.filterDims[1]; col = col + 1) {
             let xRow = outRow * uniforms.strides[0] + uniforms.dilations[0] * row - uniforms.pads[0];
             let xCol = outCol * uniforms.strides[1] + uniforms.dilations[1] * col - uniforms.pads[1];
             for (var xChannel = 0; xChannel < ${this.isChannelsLast?"uniforms.xShape[3];":"uniforms.xShape[1];"} xChannel = xChannel + 1) {
               ${this.isChannelsLast?"let v = readInp(batch, xRow, xCol, xChannel);":"let v = readInp(batch, xChannel, xRow, xCol);"}
               let f = readFilt(row, col, xChannel, outChannel);
               acc = acc + v * f;
             }
           }
         }
         writeResult(batch, outRow, outCol, outChannel, acc);
       }
     `}};var ft=class{constructor(t,e){this.variableNames=["x"],this.uniforms=`pads : vec2<i32>, strides : vec2<i32>, dilations : vec2<i32>, outWidth : i32, itemsPerBlockRow : i32,
       inChannels : i32,`,this.workgroupSize=[64,1,1],this.size=!0,this.outputShape=t,this.dispatchLayout=I(this.outputShape),this.dispatch=S(this.dispatchLayout,this.outputShape,this.workgroupSize),this.isChannelsLast=e,this.shaderKey=`im2col_${this.isChannelsLast}`}getUserCode(){let t=this.isChannelsLast?1:2,e=this.isChannelsLast?2:3,o=this.isChannelsLast?"coords[1]":"coords[2]",s=this.isChannelsLast?"coords[2]":"coords[1]",i=this.isChannelsLast?"getX(batch, xRow, xCol, ch)":"getX(batch, ch, xRow, xCol)";return`
    ${b("index")} {
      let coords = getCoordsFromIndex(index);
      if(index < uniforms.size) {
        let batch = coords[0];
        let row = ${o};
        let col = ${s};
        let offsetY = (row / uniforms.outWidth) * uniforms.strides[0] - uniforms.pads[0];
        let xRow = offsetY + uniforms.dilations[0] * (col / uniforms.itemsPerBlockRow);
        var value = 0.0;
        if(xRow < uniforms.xShape[${t}] && xRow >= 0) {
          let offsetX = (row % uniforms.outWidth) * uniforms.strides[1] -
              uniforms.pads[1];
          let xCol = offsetX + uniforms.dilations[1] * ((col %
              uniforms.itemsPerBlockRow) / uniforms.inChannels);
          let ch = col % uniforms.inChannels;
          if(xCol < uniforms.xShape[${e}] && xCol >= 0) {
            value = ${i};
          }
        }
        setOutputAtIndex(index, value);
      }
    }
   `}};function gt(r,t){let e=r.length;return e>=3?t?[...r.slice(0,-3),r[e-3]*r[e-2],r[e-1]]:[...r.slice(0,-3),r[e-3],r[e-2]*r[e-1]]:!t&&e===1&&r[0]>1?[r[0],1]:null}function vn({x:r,filter:t,convInfo:e,backend:o,bias:s=null,preluActivationWeights:i=null,leakyreluAlpha:a=0,activation:n=null}){let u=e.dataFormat==="channelsLast",p=!u,l=!1,d=u&&e.filterHeight===e.inHeight&&e.filterWidth===e.inWidth&&e.padInfo.type==="VALID",c=[],h,f;if(d){let w=e.inHeight*e.inWidth*e.inChannels;h=k({inputs:{x:r},backend:o,attrs:{shape:[1,e.batchSize,w]}}),f=k({inputs:{x:t},backend:o,attrs:{shape:[1,w,e.outChannels]}})}else h=k({inputs:{x:r},backend:o,attrs:{shape:u?[e.batchSize,e.inHeight*e.inWidth,e.inChannels]:[e.batchSize,e.inChannels,e.inHeight*e.inWidth]}}),f=k({inputs:{x:t},backend:o,attrs:{shape:[1,e.inChannels,e.outChannels]}});if(c.push(h),c.push(f),i!=null){let w=gt(i.shape,u);w!=null&&(i=k({inputs:{x:i},backend:o,attrs:{shape:w}}),c.push(i))}if(s!=null){let w=gt(s.shape,u);w!=null&&(s=k({inputs:{x:s},backend:o,attrs:{shape:w}}),c.push(s))}let m=ge({a:u?h:f,b:u?f:h,transposeA:p,transposeB:l,backend:o,bias:s,activation:n,preluActivationWeights:i,leakyreluAlpha:a}),x=k({inputs:{x:m},backend:o,attrs:{shape:e.outShape}});c.push(m);for(let w of c)o.disposeData(w.dataId);return x}function kn({x:r,filter:t,convInfo:e,backend:o,bias:s=null,preluActivationWeights:i=null,leakyreluAlpha:a=0,activation:n=null}){let{filterWidth:u,filterHeight:p,inChannels:l,strideWidth:d,strideHeight:c,padInfo:h,outWidth:f,outHeight:m,dilationWidth:x,dilationHeight:w,dataFormat:$}=e,v=$==="channelsLast",P=u*p*l,R=m*f,L=v?[e.batchSize,R,P]:[e.batchSize,P,R],T=new ft(L,v),M=[{type:"int32",data:[h.top,h.left]},{type:"int32",data:[c,d]},{type:"int32",data:[w,x]},{type:"int32",data:[f]},{type:"int32",data:[l*u]},{type:"int32",data:[l]}],D=o.runWebGPUProgram(T,[r],r.dtype,M),K=[];K.push(D);let Y=k({inputs:{x:t},backend:o,attrs:{shape:[1,P,-1]}});if(K.push(Y),i!=null){let q=gt(i.shape,v);q!=null&&(i=k({inputs:{x:i},backend:o,attrs:{shape:q}}),K.push(i))}if(s!=null){let q=gt(s.shape,v);q!=null&&(s=k({inputs:{x:s},backend:o,attrs:{shape:q}}),K.push(s))}let O=ge({a:v?D:Y,b:v?Y:D,transposeA:!v,transposeB:!1,backend:o,bias:s,activation:n,preluActivationWeights:i,leakyreluAlpha:a}),G=k({inputs:{x:O},backend:o,attrs:{shape:e.outShape}});K.push(O);for(let q of K)o.disposeData(q.dataId);return G}function xt({x:r,filter:t,convInfo:e,backend:o,bias:s=null,preluActivationWeights:i=null,leakyreluAlpha:a=0,activation:n=null}){let u=s!=null,p=i!=null,l=e.dataFormat==="channelsLast",d=l&&e.filterHeight===e.inHeight&&e.filterWidth===e.inWidth&&e.padInfo.type==="VALID",c=W().getBool("WEBGPU_USE_NAIVE_CONV2D_DEBUG");if(!c&&(d||e.filterHeight===1&&e.filterWidth===1&&e.dilationHeight===1&&e.dilationWidth===1&&e.strideHeight===1&&e.strideWidth===1&&(e.padInfo.type==="SAME"||e.padInfo.type==="VALID")))return vn({x:r,filter:t,convInfo:e,backend:o,bias:s,activation:n,preluActivationWeights:i,leakyreluAlpha:a});let h=W().getNumber("WEBGPU_THRESHOLD_TO_INCREASE_WORKGROUPS_FOR_MATMUL"),f=h>-1?h:o.thresholdToIncreaseWorkgroups,m=e.batchSize*Math.ceil(e.outHeight*e.outWidth/32)*Math.ceil(e.outChannels/32);if(W().getBool("WEBGPU_CONV_SEPARATE_IM2COL_SHADER")||m<=f)return kn({x:r,filter:t,convInfo:e,backend:o,bias:s,preluActivationWeights:i,leakyreluAlpha:a,activation:n});let x,w=[e.padInfo.top,e.padInfo.left],$=[{type:"int32",data:[e.filterHeight,e.filterWidth]},{type:"int32",data:[...w]},{type:"int32",data:[e.strideHeight,e.strideWidth]},{type:"int32",data:[e.dilationHeight,e.dilationWidth]}];if(c)x=new mt(e,u,n,p);else{let L=l?e.outHeight*e.outWidth:e.outChannels,T=l?e.outChannels:e.outHeight*e.outWidth,M=e.filterHeight*e.filterWidth*e.inChannels;$.push({type:"int32",data:[L]},{type:"int32",data:[T]},{type:"int32",data:[M]});let D=o.adapterInfo.isIntel();x=new dt(e,L,T,M,u,n,p,D)}let v=[],P=[r,t];u&&(!l&&s.shape.length===1&&(s=k({inputs:{x:s},backend:o,attrs:{shape:[s.shape[0],1,1]}}),v.push(s)),P.push(s)),p&&(!l&&i.shape.length===1&&(i=k({inputs:{x:i},backend:o,attrs:{shape:[i.shape[0],1,1]}}),v.push(i)),P.push(i)),n==="leakyrelu"&&($.push({type:"float32",data:[a]}),x.uniforms+=" alpha : f32,");let R=o.runWebGPUProgram(x,P,r.dtype,$);for(let L of v)o.disposeData(L.dataId);return R}function Rn(r){let{inputs:t,attrs:e,backend:o}=r,{x:s,filter:i}=t,{strides:a,pad:n,dataFormat:u,dilations:p,dimRoundingMode:l}=e,d=be(u),c=pe(s.shape,i.shape,a,p,n,l,!1,d);return xt({x:s,filter:i,convInfo:c,backend:o})}var $s={kernelName:Pr,backendName:"webgpu",kernelFunc:Rn};var Ct=class{constructor(t,e,o,s=!1,i=null,a=!1){this.variableNames=["x","W"],this.uniforms="pads : vec2<i32>, inDims : vec2<i32>,",this.workgroupSize=[16,16,1],this.outputShape=t,this.dispatchLayout={x:[3],y:[2],z:[0,1]},this.dispatch=S(this.dispatchLayout,this.outputShape,this.workgroupSize),s&&this.variableNames.push("bias"),a&&this.variableNames.push("preluActivationWeights"),this.addBias=s,this.activation=i,this.hasPreluActivation=a,this.filterHeight=e,this.filterWidth=o,this.shaderKey=`depthwiseNCHW_${this.activation}_${this.filterHeight}_${this.filterWidth}`}getUserCode(){let t=this.filterWidth*this.filterHeight,e=this.workgroupSize[0]*this.workgroupSize[1]*this.workgroupSize[2],o=this.workgroupSize[1]+this.filterHeight-1,s=this.workgroupSize[0]+this.filterWidth-1;return`
      ${H(this.activation,this.hasPreluActivation,!1,4)}

      var<workgroup> mm_Asub : array<array<f32, ${s}>, ${o}>;
      var<workgroup> mm_Bsub : array<array<f32, ${this.filterWidth}>, ${this.filterHeight}>;
      fn readX(batch : i32, channel : i32, row : i32, col : i32) -> f32 {
        var value = 0.0;
        if (row >=0 && row < uniforms.inDims[0] && col >=0 && col < uniforms.inDims[1])
        {
          value = getX(batch, channel, row, col);
        }
        return value;
      }

      ${b()} {
        let coords = getOutputCoords();
        let batch = coords[0];
        let xRCCorner = vec2<i32>(coords.zw) - uniforms.pads;
        let channelMul = uniforms.wShape[3];
        let d1 = coords[1] / channelMul;
        let q = coords[1] % channelMul;

        let inputRowStart = xRCCorner.x;
        let inputColStart = xRCCorner.y;

        let localRow = i32(localId.y);
        let localCol = i32(localId.x);

        // Load one tile of X into local memory.
        for (var inputRow = localRow; inputRow < ${o}; inputRow = inputRow + ${this.workgroupSize[1]}) {
          for (var inputCol = localCol; inputCol < ${s}; inputCol = inputCol + ${this.workgroupSize[0]}) {
            let rowOffset = inputRow - localRow;
            let colOffset = inputCol - localCol;
            mm_Asub[inputRow][inputCol] = readX(batch, d1, inputRowStart + rowOffset, inputColStart + colOffset);
          }
        }

        // Load one tile of W into local memory.
        var wIndex = i32(localIndex);
        ${t<e?`if (wIndex < ${t})`:`for(; wIndex < ${t}; wIndex = wIndex + ${e})`}

        {
          let wRow = wIndex / ${this.filterWidth};
          let wCol = wIndex % ${this.filterWidth};
          mm_Bsub[wRow][wCol] = getW(wRow, wCol, d1, q);
        }

        workgroupBarrier();

        var value = 0.0;
        for (var wR = 0; wR < ${this.filterHeight}; wR = wR + 1) {
          for (var wC = 0; wC < ${this.filterWidth}; wC = wC + 1) {
            let xVal = mm_Asub[localRow + wR][localCol + wC];
            let wVal = mm_Bsub[wR][wC];
            value = fma(xVal, wVal, value);
          }
        }
        ${X(this.addBias,this.activation)}
        if (coordsInBounds4D(coords, uniforms.outShape)) {
          setOutputAtCoords(coords[0], coords[1], coords[2], coords[3], value);
        }
      }
    `}};var ve=class{constructor(t,e=!1,o=null,s=!1){this.variableNames=["x","W"],this.uniforms="pads : vec2<i32>, inDims : vec2<i32>, virtualWidth : i32,",this.workgroupSize=[64,1,1],this.workPerThread=4,this.outputComponent=4,this.outputShape=t.outShape,this.virtualWidth=Math.ceil(this.outputShape[2]/this.workPerThread)*this.workPerThread;let i=[this.outputShape[0],this.outputShape[1],this.virtualWidth,this.outputShape[3]];this.dispatchLayout=I(i),this.dispatch=S(this.dispatchLayout,i,this.workgroupSize,[this.outputComponent*this.workPerThread,1,1]),_(t.dataFormat==="channelsLast",()=>"TODO: NCHW is unimplemented"),e&&this.variableNames.push("bias"),s&&this.variableNames.push("preluActivationWeights"),this.convInfo=t,this.addBias=e,this.activation=o,this.hasPreluActivation=s,this.shaderKey=`depthwiseVec4_${o}_${this.convInfo.filterHeight}_${this.convInfo.filterWidth}_${this.convInfo.strideHeight}_${this.convInfo.strideWidth}_${this.workPerThread}`}getUserCode(){let t=(this.workPerThread-1)*this.convInfo.strideWidth+this.convInfo.filterWidth,e=this.convInfo.strideHeight,o=this.convInfo.strideWidth;return`
      ${H(this.activation,this.hasPreluActivation,!0,4)}
      fn readX(batch : i32, row : i32, col : i32, channel : i32) -> vec4<f32> {
        var value = vec4<f32>(0.0);
        if (col >=0 && col < uniforms.inDims[1]) {
          value = getX(batch, row, col, channel);
        }
        return value;
      }

      ${b("index")} {
        let width0 = uniforms.outShape[3] / ${this.outputComponent};
        let d1 = (index % width0) * ${this.outputComponent};
        var index1 = index / width0;
        let width1 = uniforms.virtualWidth / ${this.workPerThread};
        let c = (index1 % width1) * ${this.workPerThread};
        index1 = index1 / width1;
        let r = index1 % uniforms.outShape[1];
        let batch = index1 / uniforms.outShape[1];

        let xRCCorner = vec2<i32>(r, c) * vec2<i32>(${e}, ${o}) - uniforms.pads;

        let xRCorner = xRCCorner.x;
        let xCCorner = xRCCorner.y;
        var xVals : array<vec4<f32>, ${t}>;
        var dotProd : array<vec4<f32>, ${this.workPerThread}>;
        for (var i = 0; i < ${this.workPerThread}; i++) {
          dotProd[i] = vec4<f32>(0.0);
        }

        // Use constant instead of uniform can give better performance.
        for (var wR = 0; wR < ${this.convInfo.filterHeight}; wR = wR + 1) {
          let xR = xRCorner + wR;
          if (xR >=0 && xR < uniforms.inDims[0]) {
            for (var i = 0; i < ${t}; i++) {
              xVals[i] = readX(batch, xR, xCCorner + i, d1);
            }
            for (var wC = 0; wC < ${this.convInfo.filterWidth}; wC = wC + 1) {
              let wValue = getW(wR, wC, d1, 0);
              for (var i = 0; i < ${this.workPerThread}; i++) {
                dotProd[i] = fma(xVals[i * ${o} + wC], wValue, dotProd[i]);
              }
            }
          }
        }

        for (var i = 0; i < ${this.workPerThread}; i = i + 1) {
          let coords = vec4<i32>(batch, r, c + i, d1);
          if (coordsInBounds4D(coords, uniforms.outShape)) {
            var value = dotProd[i];
            ${X(this.addBias,this.activation)}
            setOutputAtCoords(coords[0], coords[1], coords[2], coords[3], value);
          }
        }
      }
    `}};var ke=class{constructor(t,e=!1,o=null,s=!1){this.variableNames=["x","W"],this.uniforms=`pads : vec2<i32>, inDims : vec2<i32>, filterHeight : i32,
      filterWidth : i32, strides : vec2<i32>, dilations : vec2<i32>,`,this.workgroupSize=[256,1,1],this.size=!0,this.outputShape=t.outShape,this.dispatchLayout=I(this.outputShape),this.dispatch=S(this.dispatchLayout,this.outputShape,this.workgroupSize),this.isChannelsLast=t.dataFormat==="channelsLast",e&&this.variableNames.push("bias"),s&&this.variableNames.push("preluActivationWeights"),this.convInfo=t,this.addBias=e,this.activation=o,this.hasPreluActivation=s,this.shaderKey=`depthwise_${this.activation}_${this.isChannelsLast}`}getUserCode(){let t=this.isChannelsLast?"getX(batch, xR, xC, d1);":"getX(batch, d1, xR, xC);";return`
      ${H(this.activation,this.hasPreluActivation,!1,4)}

      ${b("index")} {
        if (index < uniforms.size) {
          let coords = getOutputCoords();
          let batch = coords[0];
          let xRCCorner = vec2<i32>(coords.${this.isChannelsLast?"yz":"zw"}) * uniforms.strides - uniforms.pads;
          let d2 = coords[${this.isChannelsLast?3:1}];
          let channelMul = uniforms.wShape[3];
          let d1 = d2 / channelMul;
          let q = d2 % channelMul;

          let inputRowStart = xRCCorner.x;
          let inputColStart = xRCCorner.y;
          let inputRowEnd = inputRowStart + uniforms.filterHeight *
              uniforms.dilations[0];
          let inputColEnd = inputColStart + uniforms.filterWidth *
              uniforms.dilations[1];

          // Convolve x(?, ?, d1)|x(d1, ?, ?) with w(:, :, d1, q) to get
          // y(yR, yC, d2)|y(d2, yR, yC). ? = to be determined. : = across all
          // values in that axis. x(?, ?, d1) and y(yR, yC, d2) is for NHWC.
          // x(d1, ?, ?) and y(d2, yR, yC) is for NCHW.
          var value = 0.0;

          // Extract if checking out of for loop for performance.
          if (inputRowStart >= 0 && inputColStart >= 0 &&
            inputRowEnd < uniforms.inDims[0] &&
                inputColEnd < uniforms.inDims[1]) {
              for (var wR = 0; wR < uniforms.filterHeight; wR = wR + 1) {
                let xR = inputRowStart + wR * uniforms.dilations[0];

                for (var wC = 0; wC < uniforms.filterWidth; wC = wC + 1) {
                  let xC = inputColStart + wC * uniforms.dilations[1];

                  let xVal = ${t};
                  let wVal = getW(wR, wC, d1, q);
                  value = value + xVal * wVal;
                }
              }
            } else {
              for (var wR = 0; wR < uniforms.filterHeight; wR = wR + 1) {
                let xR = inputRowStart + wR * uniforms.dilations[0];

                if (xR < 0 || xR >= uniforms.inDims[0]) {
                  continue;
                }

                for (var wC = 0; wC < uniforms.filterWidth; wC = wC + 1) {
                  let xC = inputColStart + wC * uniforms.dilations[1];

                  if (xC < 0 || xC >= uniforms.inDims[1]) {
                    continue;
                  }

                  let xVal = ${t};
                  let wVal = getW(wR, wC, d1, q);
                  value = value + xVal * wVal;
                }
              }
            }
            ${X(this.addBias,this.activation)}
          setOutputAtCoords(coords[0], coords[1], coords[2], coords[3], value);
        }
      }
    `}};function An(r){let{inputs:t,backend:e,attrs:o}=r,{x:s,filter:i}=t,{strides:a,pad:n,dataFormat:u,dilations:p,dimRoundingMode:l}=o,d=be(u),c=p;c==null&&(c=[1,1]);let h=pe(s.shape,i.shape,a,c,n,l,!0,d),f=[{type:"int32",data:[h.padInfo.top,h.padInfo.left]},{type:"int32",data:[h.inHeight,h.inWidth]}],m=h.dataFormat==="channelsLast",x;return!m&&h.inHeight>16&&h.inWidth>16&&h.strideHeight===1&&h.strideWidth===1&&h.dilationWidth===1&&h.dilationHeight===1&&h.inChannels===h.outChannels?x=new Ct(h.outShape,h.filterHeight,h.filterWidth):m&&h.outHeight>4&&h.outWidth>4&&h.strideWidth<=2&&h.inChannels===h.outChannels&&h.dilationHeight===1&&h.dilationWidth===1&&h.inChannels%4===0?(x=new ve(h),f.push({type:"int32",data:[x.virtualWidth]})):(x=new ke(h),f.push({type:"int32",data:[h.filterHeight]},{type:"int32",data:[h.filterWidth]},{type:"int32",data:[h.strideHeight,h.strideWidth]},{type:"int32",data:[h.dilationHeight,h.dilationWidth]})),e.runWebGPUProgram(x,[s,i],s.dtype,f)}var vs={kernelName:Er,backendName:"webgpu",kernelFunc:An};var Pn=B({opType:g.ELU}),ks={kernelName:"Elu",backendName:"webgpu",kernelFunc:Pn};var En=B({opType:g.ERF}),Rs={kernelName:"Erf",backendName:"webgpu",kernelFunc:En};var _n=B({opType:g.EXP,cpuKernelImpl:Ut,dtype:"float32"}),As={kernelName:"Exp",backendName:"webgpu",kernelFunc:_n};function bt(r){let{inputs:t,attrs:e,backend:o}=r,{dim:s}=e,{input:i}=t,a=i.shape.length,n=i.shape.slice(),u=s;return s<0&&(_(-(a+1)<=s,()=>`Axis must be in the interval [${-(a+1)}, ${a}]`),u=a+s+1),n.splice(u,0,1),k({inputs:{x:i},backend:o,attrs:{shape:n}})}var Ps={kernelName:Dr,backendName:"webgpu",kernelFunc:bt};var St=class{constructor(t,e,o,s,i){this.uniforms="varianceEpsilon : f32,",this.workgroupSize=[128,1,1],this.size=!0,this.variableNames=["x","mean","variance"],J(t,e),J(t,o),this.outputShape=t,this.dispatchLayout=I(this.outputShape),this.dispatch=S(this.dispatchLayout,this.outputShape,this.workgroupSize),s!=null&&(J(t,s),this.variableNames.push("offset")),i!=null&&(J(t,i),this.variableNames.push("scale")),this.offsetShape=s,this.scaleShape=i,this.shaderKey="batchNorm"}getUserCode(){let t="0.0";this.offsetShape!=null&&(t="getOffsetByOutputIndex(index)");let e="1.0";return this.scaleShape!=null&&(e="getScaleByOutputIndex(index)"),`
      ${b("index")} {
        if (index < uniforms.size)
        {
          let xValue = getXByOutputIndex(index);
          let meanValue = getMeanByOutputIndex(index);
          let varianValue = getVarianceByOutputIndex(index);
          let offsetValue = ${t};
          let scaleValue = ${e};
          let inv = scaleValue * inverseSqrt(varianValue + f32(uniforms.varianceEpsilon));
          setOutputAtIndex(index,dot(vec3<f32>(xValue, -meanValue, offsetValue), vec3<f32>(inv, inv, 1.0)));
        }
      }
  `}};var Es={kernelName:Br,backendName:"webgpu",kernelFunc:({inputs:r,attrs:t,backend:e})=>{let{x:o,scale:s,offset:i,mean:a,variance:n}=r,{varianceEpsilon:u}=t,p=e,l=[o,a,n],d=null;i!=null&&(d=i.shape,l.push(i));let c=null;s!=null&&(c=s.shape,l.push(s));let h=new St(o.shape,a.shape,n.shape,d,c),f=[{type:"float32",data:[u]}];return p.runWebGPUProgram(h,l,o.dtype,f)}};function Dn(r){let{inputs:t,backend:e,attrs:o}=r,{x:s,filter:i,bias:a,preluActivationWeights:n}=t,{strides:u,pad:p,dataFormat:l,dilations:d,dimRoundingMode:c,activation:h,leakyreluAlpha:f}=o,m=be(l),x=pe(s.shape,i.shape,u,d,p,c,!1,m);return xt({x:s,filter:i,convInfo:x,backend:e,bias:a,preluActivationWeights:n,leakyreluAlpha:f,activation:h})}var _s={kernelName:yo,backendName:"webgpu",kernelFunc:Dn};function Nn(r){let{inputs:t,backend:e,attrs:o}=r,{x:s,filter:i,bias:a,preluActivationWeights:n}=t,{strides:u,pad:p,dilations:l,dimRoundingMode:d,activation:c,leakyreluAlpha:h}=o,f=l;f==null&&(f=[1,1]),_(_o(u,f),()=>`Error in depthwiseConv2d: Either strides or dilations must be 1. Got strides ${u} and dilations '${f}'`);let m=pe(s.shape,i.shape,u,f,p,d,!0),x=[s,i],w=a!=null,$=n!=null;w&&x.push(a),$&&x.push(n);let v=[{type:"int32",data:[m.padInfo.top,m.padInfo.left]},{type:"int32",data:[m.inHeight,m.inWidth]}],P;return m.outHeight>4&&m.outWidth>4&&m.strideWidth<=2&&m.inChannels===m.outChannels&&m.dilationHeight===1&&m.dilationWidth===1&&m.inChannels%4===0?(P=new ve(m,w,c,$),v.push({type:"int32",data:[P.virtualWidth]})):(P=new ke(m,w,c,$),v.push({type:"int32",data:[m.filterHeight]},{type:"int32",data:[m.filterWidth]},{type:"int32",data:[m.strideHeight,m.strideWidth]},{type:"int32",data:[m.dilationHeight,m.dilationWidth]})),c==="leakyrelu"&&(v.push({type:"float32",data:[h]}),P.uniforms+=" alpha : f32,"),e.runWebGPUProgram(P,x,"float32",v)}var Ds={kernelName:Io,backendName:"webgpu",kernelFunc:Nn};var wt=class{constructor(t,e){this.variableNames=["A","indices"],this.workgroupSize=[64,1,1],this.size=!0,this.outputShape=t.slice(),this.aShape=t,this.outputShape=e,this.dispatchLayout=I(this.outputShape),this.dispatch=S(this.dispatchLayout,this.outputShape,this.workgroupSize),this.shaderKey="gather"}getUserCode(){let t=Bn(this.aShape);return`
      ${b("index")} {
        if (index < uniforms.size) {
          let resRC = getCoordsFromIndex(index);
          let indexZ = i32(getIndices(resRC.x, resRC.z));
          let inBounds = select(0.0, 1.0, indexZ >= 0 && indexZ < uniforms.aShape[2]);
          setOutputAtIndex(index, inBounds * getA(${t}));
        }
      }
    `}};function Bn(r){let t=["resRC.x","resRC.y","resRC.z","resRC.w"],e=[];for(let o=0;o<r.length;o++)o===2?e.push("indexZ"):e.push(`${t[o]}`);return e.join()}function Ln(r){let{inputs:t,backend:e,attrs:o}=r,{x:s,indices:i}=t,{axis:a,batchDims:n}=o,u=re(a,s.shape)[0],p=Go.collectGatherOpShapeInfo(s,i,u,n),l=E(i.shape),d=[],c=k({inputs:{x:s},backend:e,attrs:{shape:[p.batchSize,p.outerSize,p.dimSize,p.sliceSize]}}),h=k({inputs:{x:i},backend:e,attrs:{shape:[p.batchSize,l/p.batchSize]}});d.push(c),d.push(h);let f=[p.batchSize,p.outerSize,l/p.batchSize,p.sliceSize];if(e.shouldExecuteOnCPU([s,i])){let v=e.tensorMap.get(h.dataId).values,P=oe(h.shape,h.dtype,v),L=e.tensorMap.get(c.dataId).values,T=oe(c.shape,c.dtype,L),M=Ft(T,P,f);return d.forEach(D=>e.disposeData(D.dataId)),e.makeTensorInfo(p.outputShape,M.dtype,M.values)}let m=new wt(c.shape,f),x=e.runWebGPUProgram(m,[c,h],c.dtype);d.push(x);let w=k({inputs:{x},backend:e,attrs:{shape:p.outputShape}});return d.forEach($=>e.disposeData($.dataId)),w}var Ns={kernelName:Lr,backendName:"webgpu",kernelFunc:Ln};var zn=z({opType:y.GREATER,cpuKernelImpl:Ot,dtype:"bool"}),Bs={kernelName:zr,backendName:"webgpu",kernelFunc:zn};var Tn=z({opType:y.GREATER_EQUAL,dtype:"bool",cpuKernelImpl:Wt}),Ls={kernelName:Tr,backendName:"webgpu",kernelFunc:Tn};function Mn(r){let{inputs:t,backend:e,attrs:o}=r,{x:s}=t,{alpha:i}=o,a=[{type:"float32",data:[i]}],n=new Z(s.shape,g.LEAKYRELU,"alpha : f32,");return e.runWebGPUProgram(n,[s],"float32",a)}var zs={kernelName:Ur,backendName:"webgpu",kernelFunc:Mn};var Un=z({opType:y.LESS,dtype:"bool",cpuKernelImpl:Vt}),Ts={kernelName:Fr,backendName:"webgpu",kernelFunc:Un};var Fn=z({opType:y.LESS_EQUAL,dtype:"bool",cpuKernelImpl:Gt}),Ms={kernelName:Or,backendName:"webgpu",kernelFunc:Fn};var On=B({opType:g.LOG,cpuKernelImpl:Ht}),Us={kernelName:"Log",backendName:"webgpu",kernelFunc:On};function Wn(r){let{inputs:t,backend:e,attrs:o}=r,{x:s}=t,{filterSize:i,strides:a,pad:n,dimRoundingMode:u}=o,l=Ge(s.shape,i,a,1,n,u);return ot(s,l,"max",e)}var Fs={kernelName:Vr,backendName:"webgpu",kernelFunc:Wn};var Vn=z({opType:y.MAX,cpuKernelImpl:Kt}),Os={kernelName:Wr,backendName:"webgpu",kernelFunc:Vn};function Gn(r){let{inputs:t,backend:e,attrs:o}=r,{x:s}=t,{axis:i,keepDims:a}=o;return ie(s,i,a,"min",e)}var Ws={kernelName:"Min",backendName:"webgpu",kernelFunc:Gn};var Hn=z({opType:y.MIN,cpuKernelImpl:Xt}),Vs={kernelName:Hr,backendName:"webgpu",kernelFunc:Hn};var yt=class{constructor(t,e,o){this.uniforms="",this.variableNames=["x"],this.workgroupSize=[64,1,1],this.size=!0,this.outputShape=e.map((s,i)=>s[0]+t[i]+s[1]),this.dispatchLayout=I(this.outputShape),this.dispatch=S(this.dispatchLayout,this.outputShape,this.workgroupSize),this.xShape=t,e.map((s,i)=>{this.uniforms+=` pad${i} : vec2<i32>,`}),this.offset=o==="reflect"?0:1,this.shaderKey=`mirrorPad_${o}`}getUserCode(){let t=this.xShape.length,e=this.xShape.map((p,l)=>`uniforms.pad${l}[0]`).join(","),o=this.xShape.map((p,l)=>`uniforms.pad${l}[0] + uniforms.xShape${t>1?`[${l}]`:""}`).join(","),s=t===1?"start":"start[i]",i=t===1?"end":"end[i]",a=t===1?"outC":"outC[i]",n=U(t),u=t>1?["coords[0]","coords[1]","coords[2]","coords[3]"].slice(0,t):"coords";return`
      ${b("index")} {
        if (index < uniforms.size) {
          let start = ${n}(${e});
          let end = ${n}(${o});
          var outC = getCoordsFromIndex(index);
          for (var i = 0; i < ${t}; i = i + 1) {
            if (${a} < ${s}) {
              ${a} = ${s} * 2 - ${a} - ${this.offset};
            } else if(${a} >= ${i}) {
              ${a} = (${i} - 1) * 2 - ${a} + ${this.offset};
            }
          }
          let coords = outC - start;
          setOutputAtIndex(index, getX(${u}));
        }
      }
    `}};var Gs={kernelName:qr,backendName:"webgpu",kernelFunc:({inputs:r,attrs:t,backend:e})=>{let{x:o}=r,{paddings:s,mode:i}=t,a=e,n=s.map(l=>({type:"int32",data:[l[0],l[1]]})),u=new yt(o.shape,s,i);return a.runWebGPUProgram(u,[o],o.dtype,n)}};var qn=z({opType:y.MUL,cpuKernelImpl:Qt,supportsComplex:!0}),Hs={kernelName:Kr,backendName:"webgpu",kernelFunc:qn};function Kn(r){let{inputs:t,backend:e}=r,{x:o}=t;if(e.shouldExecuteOnCPU([o])){let i=e.tensorMap.get(o.dataId),[a,n]=Yt(i.values,o.shape,o.dtype);return e.makeTensorInfo(n,o.dtype,a)}let s=new Z(o.shape,g.NEG);return e.runWebGPUProgram(s,[o],o.dtype)}var qs={kernelName:"Neg",backendName:"webgpu",kernelFunc:Kn};function Me(r){let{inputs:t,backend:e}=r,{x:o}=t;if(o.dtype==="complex64"){let s=he({inputs:{input:o},backend:e}),i=Me({inputs:{x:s},backend:e}),a=Ie({inputs:{input:o},backend:e}),n=Me({inputs:{x:a},backend:e}),u=se({inputs:{real:i,imag:n},backend:e});return e.disposeData(s.dataId),e.disposeData(i.dataId),e.disposeData(a.dataId),e.disposeData(n.dataId),u}else return le({attrs:{shape:o.shape,dtype:o.dtype,value:o.dtype==="string"?"":0},backend:e})}var Ks={kernelName:So,backendName:"webgpu",kernelFunc:Me};function Xs(r){let{inputs:t,backend:e}=r,{x:o}=t;if(o.dtype==="string")throw new Error("onesLike is not supported under string dtype");if(o.dtype==="complex64"){let s=he({inputs:{input:o},backend:e}),i=Xs({inputs:{x:s},backend:e}),a=Ie({inputs:{input:o},backend:e}),n=Me({inputs:{x:a},backend:e}),u=se({inputs:{real:i,imag:n},backend:e});return e.disposeData(s.dataId),e.disposeData(i.dataId),e.disposeData(a.dataId),e.disposeData(n.dataId),u}else return le({attrs:{shape:o.shape,dtype:o.dtype,value:1},backend:e})}var Qs={kernelName:Xr,backendName:"webgpu",kernelFunc:Xs};function Xn(r){let{inputs:t,backend:e,attrs:o}=r,{axis:s}=o;if(t.length===1)return bt({inputs:{input:t[0]},backend:e,attrs:{dim:s}});let i=t[0].shape,a=t[0].dtype;t.forEach(l=>{gr(i,l.shape,"All tensors passed to stack must have matching shapes"),_(a===l.dtype,()=>"All tensors passed to stack must have matching dtypes")});let n=[],u=t.map(l=>{let d=bt({inputs:{input:l},backend:e,attrs:{dim:s}});return n.push(d),d}),p=pr({inputs:u,backend:e,attrs:{axis:s}});return n.forEach(l=>e.disposeData(l.dataId)),p}var Ys={kernelName:Qr,backendName:"webgpu",kernelFunc:Xn};function Qn(r,t=!1){let e=r.length,o=U(e),s=r.map((d,c)=>`uniforms.pad${c}[0]`).join(","),i=r.map((d,c)=>`uniforms.pad${c}[0] + uniforms.xShape${e>1?`[${c}]`:""}`).join(","),a=e>1?`${o}(${s})`:`${s}`,n=e>1?`${o}(${i})`:`${i}`,u=e>1?"any(paddedCoords < start)":"paddedCoords < start",p=e>1?"any(paddedCoords >= end)":"paddedCoords >= end",l=e>1?["coords[0]","coords[1]","coords[2]","coords[3]"].slice(0,e):"coords";return`
        let start = ${a};
        let end = ${n};
        if (${u} || ${p}) {
          setOutputAtIndex(index, ${t?0:"uniforms.constantValue"});
        } else {
          let coords = paddedCoords - start;
          setOutputAtIndex(index, getX(${l}));
        }
  `}var It=class{constructor(t,e){this.variableNames=["x"],this.uniforms="constantValue : f32,",this.workgroupSize=[64,1,1],this.size=!0,this.outputShape=e.map((o,s)=>o[0]+t[s]+o[1]),this.dispatchLayout=I(this.outputShape),this.dispatch=S(this.dispatchLayout,this.outputShape,this.workgroupSize),e.map((o,s)=>{this.uniforms+=` pad${s} : vec2<i32>,`}),this.xShape=t,this.shaderKey="pad"}getUserCode(){return`
      ${b("index")} {
        if (index < uniforms.size) {
          let paddedCoords = getCoordsFromIndex(index);
          ${Qn(this.xShape)}
        }
      }
    `}};var Yn=r=>{let{inputs:t,backend:e,attrs:o}=r,{x:s}=t,{paddings:i,constantValue:a}=o;if(i.every(p=>ne(p,[0,0])))return V({inputs:{x:s},backend:e});if(E(s.shape)===0){let p=i.map((l,d)=>l[0]+s.shape[d]+l[1]);return le({backend:e,attrs:{shape:p,value:a,dtype:s.dtype}})}let n=[{type:"float32",data:[a]}];i.map(p=>n.push({type:"int32",data:[p[0],p[1]]}));let u=new It(s.shape,i);return e.runWebGPUProgram(u,[s],s.dtype,n)},js={kernelName:Yr,backendName:"webgpu",kernelFunc:Yn};var jn=z({opType:y.POW}),Zs={kernelName:"Pow",backendName:"webgpu",kernelFunc:jn};function Zn(r){let{inputs:t,backend:e}=r,{x:o,alpha:s}=t,i=new fe(y.PRELU,o.shape,s.shape);return e.runWebGPUProgram(i,[o,s],"float32")}var Js={kernelName:jr,backendName:"webgpu",kernelFunc:Zn};function Jn(r){let{inputs:t,backend:e,attrs:o}=r,{x:s}=t,{axis:i,keepDims:a}=o;return ie(s,i,a,"prod",e)}var ei={kernelName:Zr,backendName:"webgpu",kernelFunc:Jn};var eu=z({opType:y.DIV}),ti={kernelName:_r,backendName:"webgpu",kernelFunc:eu};var tu=B({opType:g.RECIPROCAL}),ri={kernelName:Jr,backendName:"webgpu",kernelFunc:tu};var ru=B({opType:g.RELU}),oi={kernelName:eo,backendName:"webgpu",kernelFunc:ru};var ou=B({opType:g.RELU6}),si={kernelName:ro,backendName:"webgpu",kernelFunc:ou};var su=B({opType:g.RSQRT,cpuKernelImpl:Zt}),ii={kernelName:oo,backendName:"webgpu",kernelFunc:su};var $t=class{constructor(t,e,o){this.variableNames=["c","a","b"],this.workgroupSize=[64,1,1],this.size=!0,this.outputShape=e,this.dispatchLayout=I(this.outputShape),this.dispatch=S(this.dispatchLayout,this.outputShape,this.workgroupSize),this.cRank=t,this.rank=o,this.shaderKey="select"}getUserCode(){let t,e;if(this.rank>4)throw Error(`Where for rank ${this.rank} is not yet supported`);if(this.rank===1)e="resRC",t="resRC";else{let s=["resRC.x","resRC.y","resRC.z","resRC.w"],i=[],a=[];for(let n=0;n<this.outputShape.length;n++)a.push(`${s[n]}`),n<this.cRank&&i.push(`${s[n]}`);t=i.join(),e=a.join()}return`
      ${b("index")} {
        if (index < uniforms.size) {
          let resRC = getCoordsFromIndex(index);
          let cVal = getC(${t});
          if (cVal >= 1.0) {
            setOutputAtIndex(index, getA(${e}));
          } else {
            setOutputAtIndex(index, getB(${e}));
          }
        }
      }
    `}};function iu(r){let{inputs:t,backend:e}=r,{condition:o,t:s,e:i}=t,a=new $t(o.shape.length,s.shape,s.shape.length);return e.runWebGPUProgram(a,[o,s,i],de(s.dtype,i.dtype))}var ai={kernelName:so,backendName:"webgpu",kernelFunc:iu};var au=B({opType:g.SELU}),ni={kernelName:io,backendName:"webgpu",kernelFunc:au};var nu=B({opType:g.SIGMOID}),ui={kernelName:no,backendName:"webgpu",kernelFunc:nu};var vt=class{constructor(t,e){this.variableNames=["source"],this.workPerThread=1,this.workgroupSize=[64,1,1],this.size=!0,this.outputShape=e,this.rank=e.length,this.dispatchLayout=I(this.outputShape),this.dispatch=S(this.dispatchLayout,this.outputShape,this.workgroupSize,[this.workPerThread,1,1]),this.start=t,this.uniforms=`start : ${U(t.length)}, `,this.shaderKey="slice"}getUserCode(){let t=U(this.rank),e=uu(this.rank),o;return this.start.length===1?o=this.outputShape.map((i,a)=>"sourceLoc = uniforms.start + coords;"):o=this.outputShape.map((i,a)=>`sourceLoc.${cr[a]} = uniforms.start.${j(a)} + coords.${cr[a]};`),`
      ${b("index")} {
        if (index < uniforms.size) {
          var sourceLoc : ${t};
          let coords = getCoordsFromIndex(index);
          ${o.join(`
`)}
          setOutputAtIndex(index, getSource(${e}));
        }
      }
    `}},cr=["x","y","z","w","u","v"];function uu(r){if(r===1)return"sourceLoc";if(r<=6)return cr.slice(0,r).map(t=>`sourceLoc.${t}`).join(",");throw Error(`Slicing for rank ${r} is not yet supported`)}function xe(r){let{inputs:t,backend:e,attrs:o}=r,{x:s}=t,{begin:i,size:a}=o,[n,u]=Po(s,i,a);if(Ro(s,n,u),e.shouldExecuteOnCPU([s])||s.dtype==="string"){let d=e.tensorMap.get(s.dataId),c=Jt(d.values,n,u,s.shape,s.dtype);return e.makeTensorInfo(u,s.dtype,c)}if(E(u)===0)return e.makeTensorInfo(u,s.dtype,[]);let p=new vt(n,u),l=[{type:"int32",data:n}];return e.runWebGPUProgram(p,[s],s.dtype,l)}var li={kernelName:ao,backendName:"webgpu",kernelFunc:xe};var kt=class{constructor(t){this.variableNames=["logits"],this.outputShape=t,this.dispatchLayout=I(this.outputShape),this.dispatch=[this.outputShape[0],1,1],this.outputShape[1]>=4096?this.workgroupSize=[256,1,1]:this.workgroupSize=[64,1,1],this.shaderKey="softmax"}getUserCode(){return`
    var<workgroup> buf : array<f32, ${this.workgroupSize[0]}>;
    var<workgroup> rowMaxShared : f32;
    var<workgroup> rowSumShared : f32;
    const blockSize = ${this.workgroupSize[0]};
    ${b("index")} {
      let row = index / blockSize;
      let tid = i32(localId.x);
      let cols = uniforms.outShape[1];

      var threadMax = -3.402823e+38f;
      for (var col = tid; col < cols; col += blockSize) {
        let value = getLogits(row, col);
        threadMax = max(threadMax, value);
      }
      if (tid < cols) {
        buf[tid] = threadMax;
      }
      workgroupBarrier();

      var reduceSize = min(cols, blockSize);
      for (var currSize = reduceSize >> 1;  currSize > 0; currSize = reduceSize >> 1) {
        reduceSize = currSize + (reduceSize & 1);
        if (tid < currSize) {
          buf[tid] = max(buf[tid], buf[tid + reduceSize]);
        }
        workgroupBarrier();
      }

      if (tid == 0) {
        rowMaxShared = buf[0];
      }
      workgroupBarrier();

      var threadSum = 0.0;
      for (var col = tid; col < cols; col += blockSize) {
        let subExp = exp(getLogits(row, col) - rowMaxShared);
        threadSum += subExp;
      }
      buf[tid] = threadSum;
      workgroupBarrier();

      for (var currSize = blockSize >> 1;  currSize > 0; currSize = currSize >> 1) {
        if (tid < currSize) {
          buf[tid] = buf[tid] + buf[tid + currSize];
        }
        workgroupBarrier();
      }

      if (tid == 0) {
        rowSumShared = buf[0];
      }
      workgroupBarrier();

      for (var col = tid; col < cols; col += blockSize) {
        let value = exp(getLogits(row, col) - rowMaxShared) / rowSumShared;
        setOutputAtCoords(row, col, value);
      }
  }
    `}};function pu(r){let{inputs:t,backend:e,attrs:o}=r,{logits:s}=t,{dim:i}=o,a=k({inputs:{x:s},backend:e,attrs:{shape:[E(s.shape)/s.shape[i],s.shape[i]]}}),n=new kt(a.shape),u=e.runWebGPUProgram(n,[a],s.dtype),p=k({inputs:{x:u},backend:e,attrs:{shape:s.shape}});return e.disposeData(a.dataId),e.disposeData(u.dataId),p}var pi={kernelName:co,backendName:"webgpu",kernelFunc:pu};var cu=B({opType:g.SOFTPLUS}),ci={kernelName:uo,backendName:"webgpu",kernelFunc:cu};function hu(r){let{inputs:t,backend:e,attrs:o}=r,{x:s}=t,{numOrSizeSplits:i,axis:a}=o,n=re(a,s.shape)[0],u=Vo(s,i,n),p=s.shape.length,l=new Array(p).fill(0),d=s.shape.slice();return u.map(c=>{let h=[...d];h[n]=c;let f=xe({inputs:{x:s},backend:e,attrs:{begin:l,size:h}});return l[n]+=c,f})}var hi={kernelName:po,backendName:"webgpu",kernelFunc:hu};var du=B({opType:g.SQRT}),di={kernelName:lo,backendName:"webgpu",kernelFunc:du};var mi={kernelName:mo,backendName:"webgpu",kernelFunc:({inputs:r,backend:t})=>{let{x:e}=r,o=t,s=new Z(e.shape,g.SQUARE);return o.runWebGPUProgram(s,[e],e.dtype)}};var mu=z({opType:y.SQUARED_DIFFERENCE}),fi={kernelName:ho,backendName:"webgpu",kernelFunc:mu};var Rt=class{constructor(t){this.variableNames=["x"],this.workPerThread=1,this.workgroupSize=[64,1,1],this.size=!0,this.outputShape=t,this.dispatchLayout=I(this.outputShape),this.dispatch=S(this.dispatchLayout,this.outputShape,this.workgroupSize,[this.workPerThread,1,1]);let e=U(this.outputShape.length);this.uniforms=`begin : ${e},  strides : ${e}, `,this.shaderKey="stridedSlice"}getUserCode(){let t=this.outputShape.length,e="";if(t===1)e="coords * uniforms.strides + uniforms.begin";else{let s=0;e=this.outputShape.map((i,a)=>(s++,this.outputShape.length===1?`coords * uniforms.strides[${a}] + uniforms.begin[${a}]`:`coords[${s-1}] * uniforms.strides[${a}] + uniforms.begin[${a}]`)).join(",")}return`
       ${b("index")} {
         if (index < uniforms.size) {
           let coords = getCoordsFromIndex(index);
           setOutputAtIndex(index, getX(${e}));
         }
       }
     `}};function fu(r){let{inputs:t,backend:e,attrs:o}=r,{x:s}=t,{begin:i,end:a,strides:n,beginMask:u,endMask:p,ellipsisMask:l,newAxisMask:d,shrinkAxisMask:c}=o,{finalShapeSparse:h,finalShape:f,isIdentity:m,sliceDim0:x,isSimpleSlice:w,begin:$,end:v,strides:P}=Eo(s.shape,i,a,n,u,p,l,d,c),R;if(m)R=k({inputs:{x:s},backend:e,attrs:{shape:f}});else if(x||w){_(s.shape.length>=1,()=>`Input must have rank at least 1, got: ${s.shape.length}`);let L=Ao($,v,P),T=xe({inputs:{x:s},backend:e,attrs:{begin:$,size:L}});R=k({inputs:{x:T},backend:e,attrs:{shape:f}}),e.disposeData(T.dataId)}else if(e.shouldExecuteOnCPU([s])){let T=e.readSync(s.dataId),M=oe(s.shape,s.dtype,T),D=tr(h,M,P,$);R=e.makeTensorInfo(f,s.dtype,D.values)}else{let T=new Rt(h),M=[{type:"int32",data:$},{type:"int32",data:P}],D=e.runWebGPUProgram(T,[s],s.dtype,M);R=k({inputs:{x:D},backend:e,attrs:{shape:f}}),e.disposeData(D.dataId)}return R}var gi={kernelName:fo,backendName:"webgpu",kernelFunc:fu};var gu=z({opType:y.SUB,cpuKernelImpl:er,supportsComplex:!0}),xi={kernelName:"Sub",backendName:"webgpu",kernelFunc:gu};function xu(r){let{inputs:t,backend:e,attrs:o}=r,{x:s}=t,{axis:i,keepDims:a}=o;return ie(s,i,a,"sum",e)}var Ci={kernelName:"Sum",backendName:"webgpu",kernelFunc:xu};var Cu=B({opType:g.TANH}),bi={kernelName:go,backendName:"webgpu",kernelFunc:Cu};var At=class{constructor(t,e){this.variableNames=["A"],this.workgroupSize=[64,1,1],this.size=!0;let o=new Array(t.length);for(let s=0;s<o.length;s++)o[s]=t[s]*e[s];this.outputShape=o,this.dispatchLayout=I(this.outputShape),this.dispatch=S(this.dispatchLayout,this.outputShape,this.workgroupSize),this.rank=this.outputShape.length,this.shaderKey="tile"}getUserCode(){let t=bu(this.rank,"uniforms.");return`
      ${b("index")} {
        if (index < uniforms.size) {
          let resRC = getCoordsFromIndex(index);
          setOutputAtIndex(index, getA(${t}));
        }
      }
    `}};function bu(r,t=""){if(r>=5)throw Error(`Tile for rank ${r} is not yet supported`);if(r===1)return`(resRC % ${t}aShape)`;let e=["resRC.x","resRC.y","resRC.z","resRC.w"],o=[];for(let s=0;s<r;s++)o.push(`(${e[s]} % ${t}aShape[${s}])`);return o.join()}function Su(r){let{inputs:t,backend:e,attrs:o}=r,{x:s}=t,{reps:i}=o;if(e.shouldExecuteOnCPU([s])||s.dtype==="string"||s.shape.length>=5){let u=e.readSync(s.dataId),p=s.dtype==="string"?u.map(c=>We(c)):u,l=oe(s.shape,s.dtype,p),d=rr(l,i);return e.makeTensorInfo(d.shape,d.dtype,d.values)}let a=new At(s.shape,i);return e.runWebGPUProgram(a,[s],s.dtype)}var Si={kernelName:xo,backendName:"webgpu",kernelFunc:Su};function wu(r){let{inputs:t,backend:e,attrs:o}=r,{value:s}=t,{axis:i}=o;i<0&&(i+=s.shape.length);let a=s,n=a.shape.length,u=s.shape[i],p=new Array(n-1),l=0;for(let m=0;m<n;m++)m!==i&&(p[l++]=a.shape[m]);let d=[],c=new Array(n).fill(0),h=a.shape.slice();h[i]=1;let f=new Array(u);for(let m=0;m<f.length;m++){c[i]=m;let x=xe({inputs:{x:a},backend:e,attrs:{begin:c,size:h}}),w=k({inputs:{x},backend:e,attrs:{shape:p}});f[m]=w,d.push(x)}return d.forEach(m=>e.disposeData(m.dataId)),f}var wi={kernelName:bo,backendName:"webgpu",kernelFunc:wu};function yu(r){let{inputs:t,backend:e,attrs:o}=r,{a:s,b:i,bias:a,preluActivationWeights:n}=t,{transposeA:u,transposeB:p,activation:l,leakyreluAlpha:d}=o;return ge({a:s,b:i,transposeA:u,transposeB:p,backend:e,bias:a,preluActivationWeights:n,leakyreluAlpha:d,activation:l})}var yi={kernelName:wo,backendName:"webgpu",kernelFunc:yu};C(ns);C(us);C(ls);C(cs);C(fs);C(Cs);C(ws);C(ys);C(Is);C($s);C(vs);C(ks);C(Rs);C(As);C(Ps);C(xs);C(Es);C(_s);C(Ds);C(Ns);C(Bs);C(Ls);C(as);C(zs);C(Ts);C(Ms);C(Us);C(ds);C(Fs);C(Os);C(ms);C(Ws);C(Vs);C(Gs);C(Hs);C(qs);C(Qs);C(Ys);C(js);C(Zs);C(Js);C(ei);C(ti);C(ri);C(oi);C(si);C(hs);C(ii);C(ai);C(ni);C(ui);C(li);C(pi);C(ci);C(hi);C(di);C(mi);C(fi);C(gi);C(xi);C(Ci);C(bi);C(Si);C(ps);C(wi);C(Ks);C(yi);var Iu=["maxBufferSize","maxComputeInvocationsPerWorkgroup","maxComputeWorkgroupSizeX","maxComputeWorkgroupStorageSize","maxComputeWorkgroupsPerDimension","maxStorageBufferBindingSize"];async function UC(){let r=await navigator.gpu?.requestAdapter({powerPreference:"high-performance"});if(!r)throw new Error("this browser has no WebGPU adapter");let t=await r.requestDevice({requiredLimits:Object.fromEntries(Iu.map(o=>[o,r.limits[o]]))}),e=new _e(t,r.info);return ko("webgpu",()=>e,3),"webgpu"}export{UC as register};
